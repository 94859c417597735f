import { expect, test } from 'vitest'
import { startCoreDns } from './process.ts'
import { emptyView, testClock } from './testing/environment.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A CoreDNS whose Corefile can be changed while it runs. */
async function start(text: string | undefined, variables: Record<string, string> = {}) {
  const clock = testClock()
  const state = { text, exit: undefined as number | undefined, sockets: new Set<string>() }
  const lines: string[] = []
  const coredns = startCoreDns({
    arguments: ['-conf', '/etc/coredns/Corefile'],
    variables,
    relay: {
      listen: (kind, port) => state.sockets.add(`${kind} ${port}`),
      close: (kind, port) => state.sockets.delete(`${kind} ${port}`),
      exit: (code) => {
        state.exit = code
      },
      exchange: async () => ({ error: 'read udp 10.244.0.2:4->10.0.0.1:53: i/o timeout' }),
    },
    view: () => emptyView,
    serial: 1,
    clock,
    readFile: async () => state.text,
    log: (line) => lines.push(line),
  })
  await settled()
  const pass = async (ms: number) => {
    clock.advance(ms)
    await settled()
  }
  /** what was said since the last time */
  const said = () => lines.splice(0).map((line) => line.replace(/= [0-9a-f]{8}\w+/, '= …'))
  const get = async (port: number, path: string) => {
    const query = { protocol: 'http' as const, client: { address: '172.18.0.3', port: 4 }, port }
    const reply = await coredns.answer({ ...query, message: Buffer.from(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`) })
    return reply && Buffer.from(reply).toString('latin1').split('\r\n')[0]
  }
  return { coredns, state, pass, said, get }
}
const banner = ['CoreDNS-1.14.6', 'linux/amd64, go1.26.5, 424d125']

test('it says what it serves, and listens', async () => {
  const { state, said, get } = await start('{$ZONE}:1053 b.example {\n health\n ready\n}\n', { ZONE: 'a.example' })
  expect(said()).toEqual([expect.stringContaining('maxprocs'), 'a.example.:1053', 'b.example.:53', ...banner])
  expect([...state.sockets]).toEqual(['dns 1053', 'dns 53', 'http 8181', 'http 8080'])
  expect([await get(8080, '/health'), await get(8080, '/ready'), await get(8181, '/ready?verbose')]).toEqual([
    'HTTP/1.1 200 OK',
    'HTTP/1.1 404 Not Found',
    'HTTP/1.1 200 OK',
  ])
})

test('reload takes over what changed, and keeps what runs when the new one is wrong', async () => {
  const { state, said, pass } = await start('.:53 {\n reload 10s 0s\n health :8080\n}\n')
  expect(said().slice(1)).toEqual(['.:53', '[INFO] plugin/reload: Running configuration SHA512 = …', ...banner])
  await pass(10_000)
  expect(said()).toEqual([])
  state.text = '.:53 {\n reload 10s 0s\n health :9090\n}\n'
  await pass(10_000)
  expect(said()).toEqual(['[INFO] Reloading', '[INFO] plugin/reload: Running configuration SHA512 = …', '[INFO] Reloading complete'])
  expect([...state.sockets]).toEqual(['dns 53', 'http 9090'])
  state.text = '.:53 {\n foo\n}\n'
  await pass(10_000)
  const why = "/etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'foo'"
  expect(said()).toEqual([
    '[INFO] Reloading',
    `[ERROR] Restart failed: ${why}`,
    `[ERROR] plugin/reload: Corefile changed but reload failed: starting with listener file descriptors: ${why}`,
  ])
  await pass(10_000)
  expect(said()).toEqual([]) // it is not tried again
  state.text = '.:53 {\n foo {\n'
  await pass(10_000)
  expect(said()).toEqual(['[WARNING] plugin/reload: Corefile parse failed: /etc/coredns/Corefile:2 - Error during parsing: Unexpected EOF'])
  state.text = '.:8080 {\n health\n}\n'
  await pass(10_000)
  expect(said()).toContain('[ERROR] Restart failed: listen tcp :8080: bind: address already in use')
  expect([...state.sockets]).toEqual(['dns 53', 'http 9090'])
  state.text = '.:53 {\n log\n}\n' // without `reload` it is the last one
  await pass(10_000)
  expect(said()).toEqual(['[INFO] Reloading', '[INFO] Reloading complete'])
  state.text = '.:53 {\n errors\n}\n'
  await pass(60_000)
  expect(said()).toEqual([])
})

test('a Corefile that is wrong or missing is the end', async () => {
  const wrong = await start('.:53 {\n foo\n}\n')
  expect(wrong.said().slice(1)).toEqual(["/etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'foo'"])
  expect(wrong.state.exit).toBe(1)
  const missing = await start(undefined)
  expect(missing.said().slice(1)).toEqual(['loading Caddyfile via flag: open /etc/coredns/Corefile: no such file or directory'])
})

test('it ends when it is told to, after its lameduck time', async () => {
  const { coredns, state, said, pass } = await start('.:53 {\n health {\n  lameduck 5s\n }\n}\n')
  said()
  coredns.terminate()
  expect(said()).toEqual([
    '[INFO] SIGTERM: Shutting down servers then terminating',
    '[INFO] plugin/health: Going into lameduck mode for 5s',
  ])
  expect(state.exit).toBeUndefined()
  await pass(5000)
  expect(state.exit).toBe(0)
})
