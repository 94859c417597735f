// Reads a ```console fence of a lesson: where it runs, its commands, the output printed under each. Used by the MDX compiler and the transcript runner.
import { LabError } from '../spec/errors.ts'
import type { ConsoleBlock } from '../spec/lesson.ts'
import { parseTarget } from '../spec/target.ts'

/**
 * `meta` is what follows the word console: `on=<target>`, `static`. In the body a line that starts with `$ ` is a command
 * (a trailing `\` continues it on the next line, which starts with `> `); the lines up to the next command are its output.
 * Throws LabError scenario-invalid naming file and line.
 */
export function parseConsoleBlock(meta: string, body: string, file: string, line: number): ConsoleBlock {
  const fail = (message: string, hint: string, offset = 0) =>
    new LabError('scenario-invalid', `${file}:${line + offset}: ${message}`, { hint })
  const block: ConsoleBlock = { on: 'laptop', static: false, commands: [], line }
  for (const word of meta.split(/\s+/).filter(Boolean)) {
    if (word === 'static') block.static = true
    else if (word.startsWith('on=')) {
      // a bare node name is the common case in prose: on=worker
      const name = word.slice(3)
      block.on = name === 'laptop' || name.includes('/') ? name : `node/${name}`
      parseTarget(block.on)
    } else throw fail(`"${word}" is not an attribute of a console block`, 'Use on=<place> and static.')
  }
  let current: { command: string; output: string[] } | undefined
  let continued = false
  for (const [i, text] of body.split('\n').entries()) {
    if (continued && current && text.startsWith('> ')) current.command += `\n${text.slice(2)}`
    else if (text.startsWith('$ ')) {
      if (current) block.commands.push({ command: current.command, output: current.output.join('\n') })
      current = { command: text.slice(2), output: [] }
    } else if (current) current.output.push(text)
    else throw fail('output stands before the first command', 'Start the block with a line "$ <command>".', i + 1)
    continued = text.endsWith('\\')
  }
  if (!current) throw fail('the console block has no command', 'Start it with a line "$ <command>".')
  block.commands.push({ command: current.command, output: current.output.join('\n').replace(/\n+$/, '') })
  return block
}
