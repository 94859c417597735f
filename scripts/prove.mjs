// `npm run prove -- …`: sees to it that everything is built, then `podwire prove …`. No dependencies.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setUp } from './setup.mjs'
import { root, SetupError, say } from './terminal.mjs'

try {
  await setUp({ yes: Boolean(process.env.CI) })
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exit(1)
}
const proved = spawnSync(process.execPath, [join(root, 'bin/podwire.mjs'), 'prove', ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(proved.status ?? 1)
