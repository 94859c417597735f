// podwire-probe against servers that behave badly, and podwire-workload against clients that do. On loopback; needs a C compiler, and root for ping.
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProbeTry } from '../spec/probe.ts'
import { parseProbeOutput } from './prober.ts'

const reason = spawnSync('cc', ['--version']).error ? 'needs cc' : undefined
const isRoot = process.getuid?.() === 0

describe.skipIf(reason !== undefined)(`native programs${reason ? `: skipped, ${reason}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-native-'))
  const servers: Server[] = []
  const children: ChildProcess[] = []
  const probe = async (...argv: string[]): Promise<ProbeTry> =>
    parseProbeOutput(Buffer.from((await promisify(execFile)(join(folder, 'podwire-probe'), argv)).stdout)).tries[0] as ProbeTry

  /** A server that does as `behave` says with each connection. */
  async function listen(behave: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {}) // the prober hangs up when it has seen enough
      behave(socket)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  const answering = async (text: string, then: 'end' | 'stay' = 'end', ...flags: string[]) => {
    const port = await listen((socket) =>
      socket.once('data', () => (then === 'end' ? socket.end(text, 'latin1') : socket.write(text, 'latin1'))),
    )
    return probe('http', '--url', `http://127.0.0.1:${port}/`, '--timeout-ms', '300', ...flags)
  }

  beforeAll(() => {
    const native = new URL('./native/', import.meta.url).pathname
    for (const program of ['probe', 'workload']) {
      const sources = readdirSync(native).filter((f) => f.startsWith(program) && f.endsWith('.c'))
      const flags = ['-O1', '-g', '-static', '-Wall', '-Wextra', '-Werror']
      execFileSync('cc', [...flags, ...sources.map((f) => join(native, f)), '-o', join(folder, `podwire-${program}`)])
    }
  })
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
    for (const server of servers) server.close()
    rmSync(folder, { recursive: true })
  })

  test.each([
    ['by length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellothis is more', 'hello'],
    ['until the end', 'HTTP/1.0 200 OK\r\n\r\nhello', 'hello'],
    [
      'in chunks, with an extension and a trailer',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n',
      'hello',
    ],
    ['after 100 Continue', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 5\n\nhello', 'hello'],
    ['with bytes that are no UTF-8', 'HTTP/1.1 200 OK\r\n\r\nh\xff"\\\x01\xc3\xa4', 'h\ufffd"\\\u0001ä'],
    ['longer than is kept', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(10_000)}`, 'x'.repeat(4096)],
  ])('a body %s', async (_, text, body) => {
    expect(await answering(text)).toMatchObject({ outcome: 'answered', status: 200, body })
  })

  test.each([
    [
      'a body that stalls',
      'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello',
      'stay',
      { outcome: 'timeout', status: 200, body: 'hello' },
    ],
    ['headers that stall', 'HTTP/1.1 200 OK\r\nA: b\r\n', 'stay', { outcome: 'timeout' }],
    ['a body cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello', 'end', { outcome: 'error', reason: 'response cut short' }],
    ['no response', '', 'end', { outcome: 'error', reason: 'closed without a response' }],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'end', { outcome: 'error', reason: 'not an HTTP response' }],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n', 'end', { outcome: 'error', reason: 'not an HTTP response' }],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`, 'end', { outcome: 'error', reason: 'not an HTTP response' }],
  ] as const)('%s', async (_, text, then, wanted) => {
    expect(await answering(text, then)).toMatchObject(wanted)
  })

  test('HEAD waits for no body; a reset is an error; a closed port is refused', async () => {
    expect(await answering('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n', 'stay', '--method', 'HEAD')).toMatchObject({
      outcome: 'answered',
      status: 200,
    })
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await probe('http', '--url', `http://127.0.0.1:${port}/`)).toMatchObject({ outcome: 'error', reason: 'ECONNRESET' })
    expect(await probe('tcp', '--host', '127.0.0.1', '--port', '1')).toMatchObject({ outcome: 'refused', address: '127.0.0.1' })
    expect(await probe('udp', '--host', '127.0.0.1', '--port', '1')).toMatchObject({ outcome: 'refused' })
  })

  test('a request comes from the port it was given, again and again', async () => {
    let from: number | undefined
    const port = await listen((socket) => {
      from = socket.remotePort
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
    })
    const local = 20_000 + ((process.pid + 7) % 12_000)
    for (let i = 0; i < 3; i++) {
      expect(await probe('http', '--url', `http://127.0.0.1:${port}/`, '--local-port', `${local}`)).toMatchObject({ outcome: 'answered' })
      expect(from).toBe(local)
    }
    const answerer = createSocket('udp4').on('message', (_, { port }) => answerer.send(`${port}`, port, '127.0.0.1'))
    await new Promise<void>((resolve) => answerer.bind(0, '127.0.0.1', resolve))
    const seen = await probe('udp', '--host', '127.0.0.1', '--port', `${answerer.address().port}`, '--local-port', `${local}`)
    answerer.close()
    expect(seen).toMatchObject({ outcome: 'answered', body: `${local}` })
  })

  test.skipIf(!isRoot)('ping, which needs a raw socket', async () => {
    expect(await probe('ping', '--host', '127.0.0.1')).toMatchObject({ outcome: 'answered' })
  })

  test.each([
    [[]],
    [['smtp']],
    [['tcp', '--host', 'x']],
    [['tcp', '--host', 'x', '--port', '0']],
    [['http', '--url', 'https://x/']],
    [['http', '--url', 'http://x/ y']],
    [['dns', '--name', '']],
    [['tcp', '--host', 'x', '--port', '1', '--times', '201']],
    [['http', '--url', 'http://x/', '--header', 'a: b\r\nc: d']],
    [['tcp', '--host', 'x', '--port', '1', '--local-port', '50000', '--times', '2']],
    [['ping', '--host', 'x', '--local-port', '50000']],
    [['ping', '--host', 'x', '--tag', 'abc']],
  ])('arguments that make no sense are refused: %j', (argv) => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'podwire-probe'), argv, { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^podwire-probe: ./)
  })

  test('netexec survives 400 clients that send rubbish, hang up or dawdle, and holds no descriptor of theirs', async () => {
    const port = 20_000 + (process.pid % 20_000)
    const server = spawn(join(folder, 'podwire-workload'), ['agnhost', 'netexec', `--http-port=${port}`, '--udp-port=-1'], {
      stdio: 'ignore',
    })
    children.push(server)
    const url = `http://127.0.0.1:${port}/echo?msg=here`
    while ((await probe('http', '--url', url)).outcome !== 'answered') await new Promise((r) => setTimeout(r, 20))
    // as upstream's without a UDP server
    expect(await probe('http', '--url', `http://127.0.0.1:${port}/healthz`)).toMatchObject({ status: 412 })
    const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length
    const before = descriptors()
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed % below
    }
    const good =
      'POST /shell?cmd=echo+x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789GET /header HTTP/1.1\r\nA: b\r\n\r\nGET /echo?msg=%41&code=503 HTTP/1.1\r\n\r\n'
    const rubbish = async () => {
      const bytes = Buffer.from(good.repeat(1 + random(3)), 'latin1').subarray(0, 1 + random(300))
      for (let i = random(6); i > 0; i--) bytes[random(bytes.length)] = random(256)
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(bytes)
      await new Promise((r) => setTimeout(r, random(30)))
      if (random(2)) socket.end()
      else socket.resetAndDestroy()
      socket.resume()
      await new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.once('close', resolve)))
    }
    for (let round = 0; round < 8; round++) await Promise.all(Array.from({ length: 50 }, rubbish))
    expect(await probe('http', '--url', url)).toMatchObject({ outcome: 'answered', status: 200, body: 'here' })
    const deadline = Date.now() + 3000
    while (descriptors() > before && Date.now() < deadline) await new Promise((r) => setTimeout(r, 50))
    expect(descriptors()).toBeLessThanOrEqual(before)
    const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1])
    expect(resident).toBeLessThan(8 * 1024) // KiB
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    expect(await ended).toBe(2)
  })

  test('porter answers on each port that its environment names, over HTTP or UDP, and shows its own name in ps', async () => {
    const port = 41_000 + (process.pid % 10_000)
    const served = [`SERVE_PORT_${port}=one`, `SERVE_TCP_PORT_${port + 1}=a=b`, `SERVE_UDP_PORT_${port}=datagram`, 'SERVE_PORT_web=x']
    const server = spawn('env', [...served, join(folder, 'podwire-workload'), 'agnhost', 'porter'])
    children.push(server)
    let said = ''
    server.stderr.on('data', (bytes) => {
      said += bytes
    })
    const get = (number: number) => probe('http', '--url', `http://127.0.0.1:${number}/any`)
    while ((await get(port + 1)).outcome !== 'answered') await new Promise((r) => setTimeout(r, 20))
    expect(await get(port)).toMatchObject({ status: 200, body: 'one' })
    expect(await get(port + 1)).toMatchObject({ status: 200, body: 'a=b' })
    expect(await probe('udp', '--host', '127.0.0.1', '--port', `${port}`)).toMatchObject({ outcome: 'answered', body: 'datagram' })
    expect(await probe('udp', '--host', '127.0.0.1', '--port', `${port + 1}`)).toMatchObject({ outcome: 'refused' })
    expect(said).toContain(`Started UDP server on port ${port}\n`)
    expect(said).toContain('no port that can be served: SERVE_PORT_web=x')
    expect(readFileSync(`/proc/${server.pid}/cmdline`, 'latin1').split('\0')[0]).toBe('/agnhost porter')
  })

  test('a flag takes the word behind it, a negative number too', async () => {
    const port = 52_000 + (process.pid % 10_000)
    children.push(spawn(join(folder, 'podwire-workload'), ['agnhost', 'netexec', '--http-port', `${port}`, '--udp-port', '-1']))
    while ((await probe('tcp', '--host', '127.0.0.1', '--port', `${port}`)).outcome !== 'answered')
      await new Promise((r) => setTimeout(r, 20))
    expect(await probe('udp', '--host', '127.0.0.1', '--port', '8081')).toMatchObject({ outcome: 'refused' })
  })
})
