import { expect, test } from 'vitest'
import { type CommandMark, createCommandMarks } from './command-marks.ts'

function run(...chunks: string[]) {
  const marks: CommandMark[] = []
  const parser = createCommandMarks((mark) => marks.push(mark))
  return { out: chunks.map((chunk) => parser.feed(Buffer.from(chunk)).toString()).join(''), marks }
}

test('takes marks out and reads them', () => {
  expect(run('a\x1b]633;D;0;ls -l\x07b\x1b]633;D;130;echo a\\x3b echo b \\\\n\x1b\\c')).toEqual({
    out: 'abc',
    marks: [
      { exitCode: 0, command: 'ls -l' },
      { exitCode: 130, command: 'echo a; echo b \\n' },
    ],
  })
})

test('any split gives the same', () => {
  const whole = 'x\x1b[31mred\x1b]0;title\x07\x1b]633;D;1;kubectl get po\x07$ é'
  for (let i = 0; i <= whole.length; i++) {
    for (let k = i; k <= whole.length; k++) {
      expect(run(whole.slice(0, i), whole.slice(i, k), whole.slice(k))).toEqual({
        out: 'x\x1b[31mred\x1b]0;title\x07$ é',
        marks: [{ exitCode: 1, command: 'kubectl get po' }],
      })
    }
  }
})

test('an empty command line is no command', () => {
  expect(run('\x1b]633;D;0;\x07\x1b]633;D;0\x07$ ')).toEqual({ out: '$ ', marks: [] })
})

test('a mark that never ends is let through, not held for ever', () => {
  const endless = `\x1b]633;D;0;${'x'.repeat(20_000)}`
  expect(run(endless).out).toBe(endless)
})
