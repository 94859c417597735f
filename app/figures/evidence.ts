// Who may be at fault when a lookup by UDP times out, and what each command shows if it is them. Pure: no words in here.

/** What each command shows, for each suspect. Commands are in the order in which Google Cloud's support asked for them. */
const shows = {
  files: { resolver: 'same', file: 'differs', server: 'same', question: 'same', size: 'same', answer: 'same', rule: 'same', buffer: 'same', policy: 'same' },
  rules: { resolver: 'clean', file: 'clean', server: 'clean', question: 'clean', size: 'clean', answer: 'clean', rule: 'counts', buffer: 'clean', policy: 'clean' },
  short: { resolver: 'answer', file: 'timeout', server: 'timeout', question: 'timeout', size: 'answer', answer: 'timeout', rule: 'timeout', buffer: 'timeout', policy: 'timeout' },
  tcp: { resolver: 'answer', file: 'timeout', server: 'timeout', question: 'answer', size: 'timeout', answer: 'answer', rule: 'answer', buffer: 'answer', policy: 'answer' },
  tcpdump: { resolver: 'both', file: 'question', server: 'question', question: 'question', size: 'question', answer: 'question', rule: 'both', buffer: 'both', policy: 'both' },
  strace: { resolver: 'silent', file: 'waits', server: 'waits', question: 'waits', size: 'waits', answer: 'waits', rule: 'waits', buffer: 'waits', policy: 'waits' },
  dnsPod: { resolver: 'both', file: 'nothing', server: 'question', question: 'nothing', size: 'both', answer: 'both', rule: 'both', buffer: 'both', policy: 'both' },
  nstat: { resolver: 'still', file: 'still', server: 'still', question: 'still', size: 'still', answer: 'still', rule: 'still', buffer: 'full', policy: 'errors' },
} as const // biome-ignore format: a table to read

export type Command = keyof typeof shows
export type Suspect = keyof (typeof shows)['files']
export type Shown = (typeof shows)[Command][Suspect]

export const commands = Object.keys(shows) as Command[]
export const suspects = Object.keys(shows.files) as Suspect[]

export const shownBy = (command: Command, guilty: Suspect): Shown => shows[command][guilty]

/** Those who would have shown the same to every command that was asked. */
export const survivors = (asked: readonly Command[], guilty: Suspect, among: readonly Suspect[] = suspects): Suspect[] =>
  among.filter((s) => asked.every((command) => shows[command][s] === shows[command][guilty]))

/** The suspects that a command keeps together: a group for each thing that it may show. */
const groups = (command: Command, among: readonly Suspect[]): Suspect[][] =>
  [...new Set(among.map((s) => shows[command][s]))].map((shown) => among.filter((s) => shows[command][s] === shown))

const known = new Map<string, number>()

/** How many commands somebody needs who always asks the best next one, if the answers are as unkind as they can be. */
export function enough(among: readonly Suspect[] = suspects): number {
  if (among.length <= 1) return 0
  const key = among.join()
  const before = known.get(key)
  if (before !== undefined) return before
  // a command that all answer alike takes nobody away
  const useful = commands.map((command) => groups(command, among)).filter((parts) => parts.length > 1)
  const needed = 1 + Math.min(...useful.map((parts) => Math.max(...parts.map((part) => enough(part)))))
  known.set(key, needed)
  return needed
}
