export const version: string
/** Path of kubectl v1.37.1; fetches it when the cache has none. */
export function ensureKubectl(options: {
  cacheFolder: string
  log?: (line: string) => void
  env?: Record<string, string | undefined>
}): Promise<string>
