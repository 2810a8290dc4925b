/**
 * Stands in for xmlbuilder2, which cornerstone brings along to read meshes from XML. It wants node's own modules, which a page
 * has not, and the page opens no meshes.
 */
export function create(): never {
  throw new Error('Meshes in XML cannot be read.');
}
