// The `podwire` command. Bundled as dist/podwire.mjs; bin/podwire.mjs starts it.
import { defineCommand, renderUsage, runCommand } from 'citty'
import { type AnyCommand, readArguments, readCommandLine, takesRest } from './command-line.ts'
import { clean } from './commands/clean.ts'
import { doctor } from './commands/doctor.ts'
import { kind } from './commands/kind.ts'
import { lab } from './commands/lab.ts'
import { map } from './commands/map.ts'
import { path } from './commands/path.ts'
import { prove } from './commands/prove.ts'
import { scenario } from './commands/scenario.ts'
import { status } from './commands/status.ts'
import { exitCodeOf, formatError } from './output.ts'
import { Interrupted } from './signals.ts'

const podwire = defineCommand({
  meta: { name: 'podwire', description: 'Learn container networking by repairing it' },
  subCommands: { lab, path, map, status, scenario, prove, doctor, kind, clean },
})

async function main(argv: string[]): Promise<void> {
  const json = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json')
  try {
    const line = readCommandLine(podwire, 'podwire', argv)
    const hasCommand = !line.command.subCommands
    if (line.wantsHelp || (!hasCommand && line.words.length === 0)) {
      process.stdout.write(`${await help(line.command, line.path)}\n`)
      process.exitCode = line.wantsHelp ? 0 : 2
      return
    }
    readArguments(line)
    await runCommand(line.command, { rawArgs: line.words, data: { rest: line.rest } })
  } catch (error) {
    if (error instanceof Interrupted) process.exitCode = error.exitCode
    else {
      process.stderr.write(formatError(error, json))
      process.exitCode = exitCodeOf(error)
    }
  }
}

function help(command: AnyCommand, path: string[]): Promise<string> {
  const rest = takesRest(command) ? ' -- COMMAND [ARGUMENT]…' : ''
  const parent = path.length > 1 ? { meta: { name: path.slice(0, -1).join(' ') } } : undefined
  return renderUsage(command, parent).then((text) => (rest ? text.replace(/(USAGE.*)$/m, `$1${rest}`) : text))
}

// a reader that has left, as `podwire lab list | head -1`, is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
await main(process.argv.slice(2))
// an open stdin would keep the program waiting
process.stdin.destroy()
