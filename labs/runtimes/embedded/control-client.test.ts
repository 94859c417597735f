import { connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ControlHandlers, openControlChannel } from '../../cluster/control/channel.ts'
import { LabError } from '../../spec/errors.ts'
import { type ControlClient, createControlClient } from './control-client.ts'

let ends: [Socket, Socket]
const stepped = vi.fn()
beforeEach(async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const other = new Promise<Socket>((resolve) => server.once('connection', resolve))
  ends = [connect(port, '127.0.0.1'), await other]
  server.close()
})
afterEach(() => {
  for (const end of ends) end.destroy()
})

const nothing = () => null
const handlers = (change: Partial<ControlHandlers>): ControlHandlers => ({
  start: nothing,
  places: () => [],
  resolve: () => ({ namespace: 'laptop', env: {} }),
  api: () => ({ status: 200, body: {} }),
  apply: nothing,
  addHosts: nothing,
  settled: nothing,
  hold: nothing,
  release: nothing,
  resync: nothing,
  ...change,
})
const open = (change: Partial<ControlHandlers>, lost = () => {}): ControlClient => {
  openControlChannel(ends[1], handlers(change)).step('nodes', 'running')
  return createControlClient(ends[0], { onStep: stepped, onFailed: () => {}, onLost: lost })
}

test('answers come back to their questions, whatever their order; steps are told', async () => {
  const client = open({
    resolve: async (target) => ({ namespace: target.kind === 'node' ? target.name : 'laptop', env: {} }),
    places: () => new Promise((resolve) => setTimeout(resolve, 20, [])),
  })
  const slow = client.call('places', null)
  expect(await client.call('resolve', { kind: 'node', name: 'worker' })).toEqual({ namespace: 'worker', env: {} })
  expect(await slow).toEqual([])
  expect(stepped).toHaveBeenCalledWith('nodes', 'running')
})

test('an error keeps its code, message and hint', async () => {
  const client = open({
    apply: () => {
      throw new LabError('bad-request', 'no', { hint: 'do' })
    },
  })
  await expect(client.call('apply', { objects: [] })).rejects.toMatchObject({ code: 'bad-request', message: 'no', hint: 'do' })
})

test('an aborted question is withdrawn at the other end', async () => {
  const seen = vi.fn()
  const client = open({
    settled: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(seen()))),
  })
  const abort = new AbortController()
  const question = client.call('settled', { timeoutMs: 1000 }, abort.signal)
  setTimeout(() => abort.abort(new Error('enough')), 10)
  await expect(question).rejects.toThrow('enough')
  await vi.waitFor(() => expect(seen).toHaveBeenCalled())
})

test('when the stream ends, open and later questions fail with connection-lost, once', async () => {
  const lost = vi.fn()
  const client = open({ places: () => new Promise(() => {}) }, lost)
  const question = client.call('places', null)
  ends[1].destroy()
  await expect(question).rejects.toMatchObject({ code: 'connection-lost' })
  await expect(client.call('places', null)).rejects.toMatchObject({ code: 'connection-lost' })
  expect(lost).toHaveBeenCalledTimes(1)
})
