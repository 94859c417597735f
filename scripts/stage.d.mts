/** What has to be mended on the machine, in one sentence. */
export class StageError extends Error {}
export function stageAssets(options: {
  kubectl: string
  cache?: string
  control?: string
  dist?: string
  envoy?: string
}): Promise<{ folder: string; hash: string }>
