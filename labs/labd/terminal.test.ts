import { expect, test } from 'vitest'
import type { LabProcess } from '../runtimes/runtime.ts'
import { createTerminal, type Terminal, type TerminalOptions } from './terminal.ts'
import type { Viewer } from './viewer.ts'

/** A process whose output a test writes by hand, to count to the byte what is acknowledged when. */
function scriptedProcess() {
  let onStdout: (bytes: Buffer) => void = () => {}
  let exit: (code: number) => void = () => {}
  const seen = { acked: 0, heldBytes: 0, input: '', sizes: [] as string[], signals: [] as string[] }
  const process: LabProcess = {
    onStdout: (listener) => {
      onStdout = listener
    },
    onStderr: () => {},
    exited: new Promise((resolve) => {
      exit = resolve
    }),
    write: (bytes) => {
      seen.input += bytes
    },
    get heldBytes() {
      return seen.heldBytes
    },
    taken: async () => {},
    end: () => {},
    ack: (bytes) => {
      seen.acked += bytes
    },
    resize: (cols, rows) => seen.sizes.push(`${cols}x${rows}`),
    kill: (signal) => seen.signals.push(signal),
  }
  return { process, seen, print: (text: string) => onStdout(Buffer.from(text)), exit: (code: number) => exit(code) }
}

function viewer() {
  const seen = { text: '', seqs: [] as number[], exits: [] as number[] }
  const self: Viewer = {
    send(message, tail) {
      if (message.op === 'output') {
        seen.seqs.push(message.seq)
        seen.text += Buffer.from(tail ?? []).toString()
      }
      if (message.op === 'terminal.exit') seen.exits.push(message.code)
    },
  }
  return Object.assign(self, { seen })
}

async function openTerminal(options: Partial<TerminalOptions> = {}) {
  const processes: ReturnType<typeof scriptedProcess>[] = []
  const commands: string[] = []
  const terminal = createTerminal({
    id: 't1',
    target: { kind: 'laptop' },
    size: { cols: 80, rows: 24 },
    spawn: async () => {
      const next = scriptedProcess()
      processes.push(next)
      return next.process
    },
    onCommand: ({ command, exitCode }) => commands.push(`${command} ${exitCode}`),
    onChange: () => {},
    exitNote: (code) => `ended ${code}`,
    ...options,
  })
  await terminal.open()
  return { terminal, processes, commands, shell: processes[0] as ReturnType<typeof scriptedProcess> }
}
function attach(terminal: Terminal, who: Viewer, fromSeq = 0): number {
  const startSeq = terminal.attach(who, fromSeq)
  terminal.pump(who)
  return startSeq
}
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('with nobody attached output is logged and acknowledged at once', async () => {
  const { terminal, shell } = await openTerminal()
  shell.print('hello')
  expect(shell.seen.acked).toBe(5)
  const late = viewer()
  expect(attach(terminal, late)).toBe(0)
  expect(late.seen.text).toBe('hello')
})

test('the process is acknowledged as the fastest viewer reads, and none is sent more than a window ahead', async () => {
  const { terminal, shell } = await openTerminal()
  const [fast, slow] = [viewer(), viewer()]
  attach(terminal, fast)
  attach(terminal, slow)
  shell.print('x'.repeat(300_000))
  expect([fast.seen.text.length, slow.seen.text.length, shell.seen.acked]).toEqual([262_144, 262_144, 0])
  terminal.ack(fast, 200_000)
  expect([fast.seen.text.length, slow.seen.text.length, shell.seen.acked]).toEqual([300_000, 262_144, 200_000])
  terminal.ack(slow, 100_000)
  expect([slow.seen.text.length, shell.seen.acked]).toEqual([300_000, 200_000])
  terminal.detach(fast)
  expect(shell.seen.acked).toBe(200_000)
  terminal.detach(slow)
  expect(shell.seen.acked).toBe(300_000)
})

test('a viewer cannot acknowledge what it was not sent', async () => {
  const { terminal, shell } = await openTerminal()
  const who = viewer()
  attach(terminal, who)
  shell.print('x'.repeat(300_000))
  terminal.ack(who, 1e9)
  expect(shell.seen.acked).toBe(262_144)
})

test('a viewer that the log has rolled past skips ahead and sees the gap', async () => {
  const { terminal, shell } = await openTerminal()
  const [fast, slow] = [viewer(), viewer()]
  attach(terminal, fast)
  attach(terminal, slow)
  for (let i = 1; i <= 30; i++) {
    shell.print('y'.repeat(100_000))
    terminal.ack(fast, i * 100_000)
  }
  expect(slow.seen.text.length).toBe(262_144)
  terminal.ack(slow, 262_144)
  expect(Math.max(...slow.seen.seqs)).toBeGreaterThan(3_000_000 - (2 << 20) - 1)
  expect(slow.seen.seqs.find((seq) => seq >= 262_144)).toBe(3_000_000 - (2 << 20))
})

test('reconnecting from a number loses and doubles nothing', async () => {
  const { terminal, shell } = await openTerminal()
  const first = viewer()
  attach(terminal, first)
  shell.print('one ')
  terminal.detach(first)
  shell.print('two ')
  const again = viewer()
  expect(attach(terminal, again, 4)).toBe(4)
  shell.print('three')
  expect(first.seen.text + again.seen.text).toBe('one two three')
})

test('repeated input is typed once', async () => {
  const { terminal, shell } = await openTerminal()
  const who = viewer()
  for (const [seq, text] of [
    [1, 'a'],
    [2, 'b'],
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ] as const)
    terminal.input(who, 'tab-1', seq, Buffer.from(text))
  terminal.input(who, 'tab-2', 1, Buffer.from('d'))
  expect(shell.seen.input).toBe('abcd')
})

test('more than a program could ever have been typed is refused while it reads nothing', async () => {
  const { terminal, shell } = await openTerminal()
  shell.seen.heldBytes = (1 << 20) + 1
  expect(() => terminal.input(viewer(), 'tab', 1, Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'lab-busy' }))
  shell.seen.heldBytes = 0
  terminal.input(viewer(), 'tab', 2, Buffer.from('y'))
  expect(shell.seen.input).toBe('y')
})

test('the size of whoever typed last counts', async () => {
  const { terminal, shell } = await openTerminal()
  const [one, two] = [viewer(), viewer()]
  terminal.resize(one, { cols: 100, rows: 30 })
  terminal.input(one, 'one', 1, Buffer.from('x'))
  terminal.resize(two, { cols: 60, rows: 20 })
  expect(shell.seen.sizes).toEqual(['100x30'])
  terminal.input(two, 'two', 1, Buffer.from('y'))
  expect(terminal.view()).toMatchObject({ cols: 60, rows: 20 })
  terminal.input(one, 'one', 2, Buffer.from('x'))
  expect(shell.seen.sizes).toEqual(['100x30', '60x20', '100x30'])
})

test('marks of commands are taken out, and acknowledged all the same', async () => {
  const { terminal, shell, commands } = await openTerminal()
  const who = viewer()
  attach(terminal, who)
  const output = 'out\x1b]633;D;1;grep x\x07$ '
  for (const part of [output.slice(0, 9), output.slice(9)]) shell.print(part)
  expect([who.seen.text, commands]).toEqual(['out$ ', ['grep x 1']])
  terminal.ack(who, terminal.view().endSeq)
  expect(shell.seen.acked).toBe(output.length)
})

test('a shell that ended says so, and Enter opens another in place', async () => {
  const { terminal, shell, processes } = await openTerminal()
  const who = viewer()
  attach(terminal, who)
  shell.exit(3)
  await settle()
  expect([terminal.view().exited, who.seen.exits]).toEqual([true, [3]])
  expect(who.seen.text).toContain('ended 3')
  terminal.input(who, 'tab', 1, Buffer.from('x'))
  expect(processes).toHaveLength(1)
  terminal.input(who, 'tab', 2, Buffer.from('\r'))
  await settle()
  processes[1]?.print('$ ')
  expect([terminal.view().exited, processes.length]).toEqual([false, 2])
  expect(who.seen.text.endsWith('$ ')).toBe(true)
})

test('a reset keeps the log, notes it, and is deaf to the former shell', async () => {
  const { terminal, shell, processes } = await openTerminal()
  const who = viewer()
  attach(terminal, who)
  shell.print('before')
  terminal.suspend()
  shell.print('late')
  shell.exit(137)
  await settle()
  await terminal.open('— reset —')
  processes[1]?.print('after')
  expect(who.seen.exits).toEqual([])
  expect(who.seen.text).toBe('before\r\n\x1b[0m\x1b[2m— reset —\x1b[0m\r\nafter')
  terminal.ack(who, terminal.view().endSeq)
  expect(processes[1]?.seen.acked).toBe(5)
})
