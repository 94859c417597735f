// Builds the control plane from the sources as they are and stages it in a folder of its own, for integration tests that need a whole cluster.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface StagedCluster {
  /** what embeddedRuntime() takes as `assets` */
  assets: string
  remove(): void
}

export async function stageCluster(): Promise<StagedCluster> {
  const scripts = join(import.meta.dirname, '../../../../scripts')
  const { build } = await import('esbuild')
  const { stageAssets } = await import(join(scripts, 'stage.mjs'))
  const { ensureKubectl } = await import(join(scripts, 'kubectl.mjs'))
  const { envoyFile } = await import(join(scripts, 'envoy-file.mjs'))
  const { cacheFolder } = await import(join(scripts, 'setup.mjs'))
  const temporary = mkdtempSync(join(tmpdir(), 'podwire-cluster-test-'))
  // labs that root starts run as another user
  chmodSync(temporary, 0o755)
  const control = join(temporary, 'control.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, '../../../cluster/main.ts')],
    outfile: control,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    keepNames: true,
    logLevel: 'warning',
    banner: { js: "import { createRequire as podwireRequire } from 'node:module'; const require = podwireRequire(import.meta.url);" },
  })
  const kubectl = await ensureKubectl({ cacheFolder: cacheFolder() })
  const own = { cache: join(temporary, 'cache'), dist: join(temporary, 'dist') }
  const { folder } = await stageAssets({ kubectl, control, ...own, envoy: envoyFile(cacheFolder()) })
  return { assets: folder, remove: () => rmSync(temporary, { recursive: true, force: true }) }
}
