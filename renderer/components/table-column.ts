/** A column of a VirtualTable. */
export interface TableColumn {
  /** The name of its slot. */
  readonly key: string;
  readonly title: string;
  /** As a grid track: "120px", "minmax(200px, 2fr)". */
  readonly width: string;
  readonly numeric?: boolean;
}
