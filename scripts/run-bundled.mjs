// Bundles a tool that is written in TypeScript and runs it with this program's arguments. Used by parity.mjs, bench.mjs and test-upstream.mjs.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './terminal.mjs'

/** scripts/<name>/main.ts as dist/<name>.mjs; ends this program with the tool's exit code. */
export async function runBundled(name) {
  const outfile = join(root, 'dist', `${name}.mjs`)
  await build({
    absWorkingDir: root,
    entryPoints: [`scripts/${name}/main.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1)
}
