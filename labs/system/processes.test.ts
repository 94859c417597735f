import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { identify, isAlive, signalProcess, waitUntilGone } from './processes.ts'

test('this process is alive, the same pid with another start is not', () => {
  const self = identify(process.pid)
  expect(isAlive(self)).toBe(true)
  if (self.startTicks !== undefined) expect(isAlive({ pid: self.pid, startTicks: self.startTicks + 1 })).toBe(false)
})

test('a killed child is gone, and is not signalled again', async () => {
  const child = spawn('sleep', ['60'])
  const identity = identify(child.pid as number)
  expect(await waitUntilGone(identity, 30)).toBe(false)
  expect(signalProcess(identity, 'SIGKILL')).toBe(true)
  expect(await waitUntilGone(identity, 5000)).toBe(true)
  expect(signalProcess(identity, 'SIGKILL')).toBe(false)
})
