// `npm run lessons -- check …`: bundles the check of lessons and runs it. Only what runs in labs needs the whole set-up.
import { runBundled } from './run-bundled.mjs'
import { setUp } from './setup.mjs'
import { SetupError, say } from './terminal.mjs'

const argv = process.argv.slice(2)
// a mistyped flag is refused by the program, before minutes are spent
const startsLabs = argv[0] === 'check' && argv.every((word) => !word.startsWith('-') || word === '--write')
try {
  if (startsLabs) await setUp({ yes: Boolean(process.env.CI) })
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exit(1)
}
await runBundled('lessons')
