// Reads a command line strictly: which command, which flags, and a suggestion for what it does not know. Used by main.ts; pure.
import { type ArgDef, type ArgsDef, type CommandDef, parseArgs } from 'citty'
import { LabError } from '../spec/errors.ts'
import { nearest } from './nearest.ts'

// biome-ignore lint/suspicious/noExplicitAny: citty's own word for a command with any arguments
export type AnyCommand = CommandDef<any>

export interface CommandLine {
  command: AnyCommand
  /** words that lead to it, the program's name first */
  path: string[]
  /** what follows the command's words, up to `--` */
  words: string[]
  /** what follows `--`; undefined when there is none */
  rest: string[] | undefined
  wantsHelp: boolean
}

const usage = (message: string, hint: string) => new LabError('bad-request', message, { hint })
const subCommandsOf = (command: AnyCommand) => (command.subCommands ?? {}) as Record<string, AnyCommand>

/** Finds the command. Throws bad-request with the nearest name for one that does not exist. */
export function readCommandLine(root: AnyCommand, name: string, argv: readonly string[]): CommandLine {
  const dashes = argv.indexOf('--')
  const words = dashes < 0 ? [...argv] : argv.slice(0, dashes)
  const rest = dashes < 0 ? undefined : argv.slice(dashes + 1)
  let command = root
  const path = [name]
  const flags: string[] = []
  while (Object.keys(subCommandsOf(command)).length > 0) {
    const word = words.shift()
    if (word === undefined) break
    if (word.startsWith('-')) {
      flags.push(word)
      continue
    }
    const names = Object.keys(subCommandsOf(command))
    const next = subCommandsOf(command)[word]
    if (!next) {
      const near = nearest(word, names)
      throw usage(
        `There is no command "${[...path, word].join(' ')}".`,
        near ? `Did you mean ${[...path, near].join(' ')}?` : `Commands: ${names.join(', ')}.`,
      )
    }
    command = next
    path.push(word)
  }
  const all = [...flags, ...words]
  const isHelp = (word: string) => word === '--help' || word === '-h'
  return { command, path, words: all.filter((word) => !isHelp(word)), rest, wantsHelp: all.some(isHelp) }
}

/** Parses the words after a command. Throws bad-request for unknown flags, missing values, too many or too few words. */
export function readArguments(line: CommandLine): Record<string, unknown> {
  const defs = (line.command.args ?? {}) as ArgsDef
  const help = `${line.path.join(' ')} --help shows what it takes.`
  const positionals = checkFlags(line, defs, help)
  const wanted = Object.entries(defs).filter(([, def]) => def.type === 'positional')
  const extra = positionals[wanted.length]
  if (extra !== undefined) throw usage(`"${extra}" is one word too many.`, help)
  const missing = wanted.slice(positionals.length).find(([, def]) => def.required !== false)
  if (missing) throw usage(`<${missing[0]}> is missing.`, help)
  if (line.rest && !takesRest(line.command)) throw usage('-- is only for commands that run something in a lab.', help)
  try {
    return parseArgs(line.words, defs)
  } catch (error) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: citty colours its messages
    throw usage((error as Error).message.replace(/\x1b\[\d+m/g, ''), help)
  }
}

/** A command says so in its meta: `hidden` is citty's, `rest` is ours. */
export const takesRest = (command: AnyCommand): boolean => (command.meta as { rest?: boolean } | undefined)?.rest === true

/** Refuses flags the command does not have; returns the words that are no flags. */
function checkFlags(line: CommandLine, defs: ArgsDef, help: string): string[] {
  const flags = Object.entries(defs).filter(([, def]) => def.type !== 'positional')
  const positionals: string[] = []
  const { words } = line
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    if (!word.startsWith('-') || word === '-') {
      positionals.push(word)
      continue
    }
    const [, given, value] = /^(--?[^=]+)(?:=(.*))?$/s.exec(word) as unknown as [string, string, string | undefined]
    const found = flags.find(([name, def]) => given === `--${name}` || aliasesOf(def).some((alias) => given === `-${alias}`))
    if (!found) {
      const names = flags.map(([name]) => `--${name}`)
      const near = nearest(given, names)
      throw usage(`${line.path.join(' ')} has no flag ${given}.`, near ? `Did you mean ${near}?` : help)
    }
    const [name, def] = found
    if (def.type === 'boolean') {
      if (value !== undefined) throw usage(`--${name} takes no value.`, help)
    } else if (value === undefined) {
      i++
      if (words[i] === undefined || words[i]?.startsWith('--')) throw usage(`--${name} needs a value.`, help)
    }
  }
  return positionals
}

const aliasesOf = (def: ArgDef): string[] => ('alias' in def && def.alias !== undefined ? [def.alias].flat() : [])
