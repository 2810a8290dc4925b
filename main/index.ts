/** Electron's entry: lifecycle and composition only. */
import { app } from 'electron';

app.quit();
