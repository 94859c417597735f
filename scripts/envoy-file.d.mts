export const version: string
/** Where `npm run envoy` puts the one Envoy that labs run. */
export function envoyFile(cache: string): string
