// Bundles a tool that is written in TypeScript and runs it with this program's arguments. Used by parity.mjs, bench.mjs, lessons.mjs and test-upstream.mjs.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, say } from './terminal.mjs'

/** scripts/<name>/main.ts as dist/<name>.mjs; ends this program with the tool's exit code. */
export async function runBundled(name) {
  // only now: on a new clone a set-up before this call installs it
  const esbuild = await import('esbuild').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    say('The npm packages are not installed yet. Run: npm ci')
    process.exit(1)
  })
  const outfile = join(root, 'dist', `${name}.mjs`)
  await esbuild.build({
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
