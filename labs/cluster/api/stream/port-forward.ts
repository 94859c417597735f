// port-forward: SPDY streams tunnelled in a websocket. Each connection is an error stream and a data stream with the same requestID. Called by upgrade.ts.
import type { WebSocket } from 'ws'
import type { KubeObject } from '../store.ts'
import type { PodStreams, PortStream } from '../streams.ts'
import { createSpdySession, type SpdyStream } from './spdy.ts'

interface Pair {
  error?: SpdyStream
  data?: SpdyStream
}

export function forwardPorts(streams: PodStreams, pod: KubeObject, socket: WebSocket): void {
  const pairs = new Map<string, Pair>()
  const connections = new Set<PortStream>()
  const session = createSpdySession({
    send: (frame) => {
      if (socket.readyState === socket.OPEN) socket.send(frame)
    },
    onStream(stream) {
      const { streamtype, port = '', requestid = '' } = stream.headers
      const key = `${requestid} ${port}`
      const pair = pairs.get(key) ?? {}
      pairs.set(key, pair)
      if (streamtype === 'error') pair.error = stream
      else if (streamtype === 'data') pair.data = stream
      else return stream.reset()
      stream.accept()
      if (!pair.error || !pair.data) return
      pairs.delete(key)
      connect(pair as Required<Pair>, Number(port))
    },
  })

  function connect({ error, data }: Required<Pair>, port: number): void {
    const fail = (reason: string) => {
      error.write(Buffer.from(`error forwarding port ${port} to pod ${pod.metadata.uid}, uid : ${reason}`))
      error.end()
      data.end()
    }
    let connection: PortStream
    try {
      if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`invalid port ${port}`)
      connection = streams.portForward(pod, port)
    } catch (e) {
      fail(e instanceof Error ? e.message : String(e))
      return
    }
    connections.add(connection)
    connection.onData((bytes) => data.write(bytes))
    connection.onEnd(() => {
      connections.delete(connection)
      data.end()
      error.end()
    })
    connection.onError((e) => {
      connections.delete(connection)
      fail(e.message)
    })
    data.onData((bytes) => connection.write(bytes))
    data.onEnd(() => connection.end())
    data.onReset(() => connection.destroy())
  }

  socket.on('message', (bytes) => {
    session.receive(Array.isArray(bytes) ? Buffer.concat(bytes) : Buffer.from(bytes as Buffer)).catch(() => socket.close(1002))
  })
  socket.on('close', () => {
    session.close()
    for (const connection of connections) connection.destroy()
  })
}
