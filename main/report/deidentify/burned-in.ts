/**
 * Modalities whose images usually carry text in the pixels, as PS3.15 E.3.1 warns of: ultrasound, endoscopy, photographs, and screens that were
 * captured. Defined terms of PS3.3 C.7.3.1.1.1.
 */
const USUALLY = new Set(['US', 'IVUS', 'ES', 'XC', 'GM', 'OP', 'XA', 'RF', 'OT', 'SC', 'DOC']);

export interface PixelText {
  /** Burned In Annotation (0028,0301): whether it is YES; null where the file does not say. */
  readonly burnedIn: boolean | null;
  readonly modality: string | null;
}

/** `yes`: the file says that text which identifies the patient is in the pixels; `possible`: it does not say, and such images often have some. */
export function pixelTextRisk({ burnedIn, modality }: PixelText): 'yes' | 'possible' | 'none' {
  if (burnedIn === true) return 'yes';
  return burnedIn === null && modality !== null && USUALLY.has(modality.trim().toUpperCase())
    ? 'possible'
    : 'none';
}
