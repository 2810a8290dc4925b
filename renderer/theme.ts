import { createVuetify } from 'vuetify';
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg';
import 'vuetify/styles';
import './styles.css';

/** The page's Content-Security-Policy lets in only styles that carry the nonce which its server wrote into index.html. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

const variables = {
  'border-opacity': 0.14,
  'high-emphasis-opacity': 1,
  'medium-emphasis-opacity': 0.74,
  'disabled-opacity': 0.5,
  'hover-opacity': 0.06,
  'focus-opacity': 0.1,
  'activated-opacity': 0.1,
};

/** Grey, so that nothing on screen tints the eye that judges an image; one accent; three colours that mean something. */
const light = {
  dark: false,
  colors: {
    background: '#f3f4f5',
    surface: '#ffffff',
    'surface-bright': '#ffffff',
    'surface-light': '#eceef0',
    'surface-variant': '#33383e',
    'on-surface-variant': '#f3f4f5',
    'on-background': '#1b1f23',
    'on-surface': '#1b1f23',
    primary: '#1d5c9f',
    'on-primary': '#ffffff',
    secondary: '#4a5058',
    'on-secondary': '#ffffff',
    error: '#ad2018',
    'on-error': '#ffffff',
    warning: '#7d5200',
    'on-warning': '#ffffff',
    success: '#17663a',
    'on-success': '#ffffff',
    info: '#1d5c9f',
    'on-info': '#ffffff',
  },
  variables: { ...variables, 'border-color': '#1b1f23' },
};

const dark = {
  dark: true,
  colors: {
    background: '#131517',
    surface: '#1b1e21',
    'surface-bright': '#2b3036',
    'surface-light': '#262a2f',
    'surface-variant': '#d5d9dd',
    'on-surface-variant': '#131517',
    'on-background': '#e4e7ea',
    'on-surface': '#e4e7ea',
    primary: '#86b9f2',
    'on-primary': '#08192b',
    secondary: '#b4bac1',
    'on-secondary': '#131517',
    error: '#f59c93',
    'on-error': '#300703',
    warning: '#e6bb69',
    'on-warning': '#291b00',
    success: '#83cb9d',
    'on-success': '#03210f',
    info: '#86b9f2',
    'on-info': '#08192b',
  },
  variables: { ...variables, 'border-color': '#e4e7ea' },
};

const field = {
  variant: 'outlined',
  density: 'compact',
  hideDetails: 'auto',
  color: 'primary',
  bgColor: 'surface',
};

/**
 * Views need no styling of their own: components come compact. A view's main action is
 * `<VBtn color="primary" variant="flat">`, what removes something `color="error"`; everything else is plain.
 */
export const vuetify = createVuetify({
  icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
  theme: { cspNonce: nonce, defaultTheme: 'system', themes: { light, dark } },
  display: { mobileBreakpoint: 'sm' },
  defaults: {
    global: { ripple: false },
    VAlert: { variant: 'tonal', density: 'compact', border: 'start' },
    VBtn: { variant: 'outlined', rounded: 'md' },
    VBtnToggle: {
      density: 'compact',
      variant: 'outlined',
      divided: true,
      color: 'primary',
      VBtn: { border: false, rounded: 0 },
    },
    VIconBtn: { variant: 'text', size: 'small', iconSize: 20 },
    VCard: { variant: 'flat', border: true, rounded: 'md' },
    VDialog: { maxWidth: 560, scrollable: true, scrim: 'black' },
    VChip: { size: 'small', label: true, variant: 'tonal' },
    VTextField: field,
    VTextarea: { ...field, rows: 2, autoGrow: true },
    VNumberInput: { ...field, controlVariant: 'hidden' },
    VSelect: { ...field, menuProps: { maxHeight: 360 } },
    VCombobox: field,
    VAutocomplete: field,
    VFileInput: { ...field, prependIcon: '' },
    VCheckbox: { density: 'compact', hideDetails: 'auto', color: 'primary' },
    VCheckboxBtn: { density: 'compact', color: 'primary' },
    VRadioGroup: { density: 'compact', hideDetails: 'auto', color: 'primary' },
    VSwitch: { density: 'compact', inset: true, hideDetails: 'auto', color: 'primary' },
    VSlider: { density: 'compact', hideDetails: 'auto', color: 'primary', thumbSize: 16, trackSize: 3 },
    VRangeSlider: { density: 'compact', hideDetails: 'auto', color: 'primary', thumbSize: 16, trackSize: 3 },
    VList: { density: 'compact' },
    VTable: { density: 'compact', hover: true },
    VDataTable: { density: 'compact', hover: true },
    VTabs: { density: 'compact', color: 'primary' },
    VTooltip: { openDelay: 400, location: 'bottom' },
    VProgressLinear: { color: 'primary', height: 4, rounded: true },
    VExpansionPanels: { variant: 'accordion', flat: true },
  },
});
