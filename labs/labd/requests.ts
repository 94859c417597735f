// Which request does what: the table between the protocol and the lab. Used by main.ts.
import { LabError } from '../spec/errors.ts'
import type { Request } from '../spec/protocol.ts'
import { parseTarget } from '../spec/target.ts'
import type { Lab } from './lab.ts'
import type { Connection, Handled } from './viewer-server.ts'

const done: Handled = {}
/** one subscription each, however often it is asked for */
const subscribed = new WeakSet<Connection>()
/** who looks at the map, and how each is let go */
const mapViewers = new WeakMap<Connection, () => void>()

/** Input is taken before the first await: what a viewer sends in order is taken in order. */
export function handleRequest(lab: Lab, connection: Connection, request: Request, tail: Buffer): Handled | Promise<Handled> {
  switch (request.op) {
    case 'hello':
      throw new LabError('bad-request', 'Hello was said already.')
    case 'snapshot':
      return { value: lab.snapshot(connection.locale) }
    case 'subscribe':
      if (subscribed.has(connection)) return { value: lab.snapshot(connection.locale) }
      subscribed.add(connection)
      connection.onClose(lab.subscribe(() => connection.send({ op: 'snapshot', snapshot: lab.snapshot(connection.locale) })))
      return { value: lab.snapshot(connection.locale) }
    case 'status':
      return { value: lab.status(connection.locale) }
    case 'assign':
    case 'dismiss':
      throw new LabError('lab-state', 'This is no spare: it is somebody’s lab.')
    case 'break':
    case 'reset':
    case 'withdraw':
      return lab[request.op]().then(() => done)
    case 'stop':
      return lab.stop().then(() => done)
    case 'stay':
      lab.touch()
      return done
    case 'hint':
      lab.openHint(request.n)
      return done
    case 'path':
      return lab.path(request, request.locale).then((value) => ({ value }))
    case 'map.watch':
      return watchMap(lab, connection)
    case 'map.unwatch':
      mapViewers.get(connection)?.()
      return done
    case 'answer':
      lab.answer(request.checkId, request.text)
      return done
    case 'terminal.open':
    case 'terminal.attach':
    case 'terminal.detach':
    case 'terminal.input':
    case 'terminal.ack':
    case 'terminal.resize':
    case 'terminal.close':
      return handleTerminal(lab, connection, request, tail)
    case 'exec':
    case 'exec.input':
    case 'exec.resize':
    case 'exec.signal':
    case 'exec.ack':
      return handleExec(lab, connection, request, tail)
    case 'proof.grade':
      return lab.proofGrade(request.what).then((results) => ({ value: { results } }))
    case 'proof.steps':
      return lab.proofSteps(request.steps).then(() => done)
    case 'proof.resync':
      return lab.proofResync().then(() => done)
  }
}

/** Whoever asks again gets the map again, and goes on being told of changes once. */
async function watchMap(lab: Lab, connection: Connection): Promise<Handled> {
  const leave = mapViewers.get(connection)
  const { first, end } = lab.map.watch({
    onMap: (map) => connection.send({ op: 'map', map }),
    onTraffic: (traffic) => connection.send({ op: 'map.traffic', traffic }),
  })
  // after that: who is the only one must not make all of it begin again
  leave?.()
  if (!leave) connection.onClose(() => mapViewers.get(connection)?.())
  mapViewers.set(connection, end)
  return { value: await first }
}

function handleTerminal(
  lab: Lab,
  connection: Connection,
  request: Extract<Request, { op: `terminal.${string}` }>,
  tail: Buffer,
): Handled | Promise<Handled> {
  if (request.op === 'terminal.open') {
    lab.requireEntry()
    lab.touch()
    return lab.terminals.open(parseTarget(request.target), request).then((terminalId) => ({ value: { terminalId } }))
  }
  if (request.op === 'terminal.close') {
    lab.terminals.close(request.terminalId)
    return done
  }
  const terminal = lab.terminals.get(request.terminalId)
  switch (request.op) {
    case 'terminal.attach': {
      const startSeq = terminal.attach(connection, request.fromSeq)
      return { value: { startSeq }, after: () => terminal.pump(connection) }
    }
    case 'terminal.detach':
      terminal.detach(connection)
      return done
    case 'terminal.input':
      lab.touch()
      terminal.input(connection, request.clientId, request.inputSeq, tail)
      return done
    case 'terminal.ack':
      terminal.ack(connection, request.seq)
      return done
    case 'terminal.resize':
      terminal.resize(connection, { cols: request.cols, rows: request.rows })
      return done
  }
}

function handleExec(
  lab: Lab,
  connection: Connection,
  request: Extract<Request, { op: 'exec' | `exec.${string}` }>,
  tail: Buffer,
): Handled | Promise<Handled> {
  switch (request.op) {
    case 'exec': {
      lab.requireEntry()
      lab.touch()
      const { argv, stdin, record, cols, rows } = request
      const tty = request.tty ? { tty: { cols, rows } } : {}
      return lab.execs
        .open(connection, { target: parseTarget(request.target), argv, stdin, record, ...tty })
        .then(({ execId, start }) => ({ value: { execId }, after: start }))
    }
    case 'exec.input':
      lab.touch()
      // answered when it is on its way: a caller that waits for answers is not quicker than the command that reads
      return lab.execs.input(connection, request.execId, tail, request.eof).then(() => done)
    case 'exec.resize':
      lab.execs.resize(connection, request.execId, { cols: request.cols, rows: request.rows })
      return done
    case 'exec.signal':
      lab.execs.signal(connection, request.execId, request.signal)
      return done
    case 'exec.ack':
      lab.execs.ack(connection, request.execId, request.bytes)
      return done
  }
}
