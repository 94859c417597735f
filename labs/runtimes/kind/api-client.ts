// HTTPS to a kind cluster's API server as its admin, with what kind wrote into the kubeconfig. Used by everything here that asks Kubernetes.
import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { parse } from 'yaml'
import { z } from 'zod'
import { LabError } from '../../spec/errors.ts'
import type { ApiRequest } from '../runtime.ts'

const base64 = z.string().transform((text) => Buffer.from(text, 'base64').toString())
const kubeconfigFile = z.object({
  clusters: z.array(z.object({ cluster: z.object({ server: z.url(), 'certificate-authority-data': base64 }) })).length(1),
  users: z.array(z.object({ user: z.object({ 'client-certificate-data': base64, 'client-key-data': base64 }) })).length(1),
})

export interface ApiReply {
  status: number
  /** parsed JSON, or text */
  body: unknown
}

export interface KindApi {
  /** Resolves whatever the status; throws LabError connection-lost when there is no answer, or the signal's reason. */
  request(request: ApiRequest, signal?: AbortSignal): Promise<ApiReply>
  /** Calls back with each event of a watch; resolves when the server ends it. */
  watch(path: string, onEvent: (event: { type: string; object: unknown }) => void, signal: AbortSignal): Promise<void>
  close(): void
}

const answerMs = 30_000

export function createKindApi(kubeconfig: string): KindApi {
  const parsed = kubeconfigFile.safeParse(parse(kubeconfig))
  if (!parsed.success) throw new LabError('cluster-failed', `kind wrote a kubeconfig of another form: ${z.prettifyError(parsed.error)}`)
  const { server, 'certificate-authority-data': ca } = (parsed.data.clusters[0] as (typeof parsed.data.clusters)[0]).cluster
  const { 'client-certificate-data': cert, 'client-key-data': key } = (parsed.data.users[0] as (typeof parsed.data.users)[0]).user
  const agent = new Agent({ keepAlive: true, ca, cert, key, maxSockets: 32 })

  function open({ method, path, contentType, body }: ApiRequest, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
      const headers = {
        accept: 'application/json',
        ...(text === undefined ? {} : { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(text) }),
      }
      const call = httpsRequest(new URL(path, server), { method, agent, headers, ...(signal ? { signal } : {}) }, resolve)
      call.on('error', (error) => reject(signal?.aborted ? signal.reason : noAnswer(error)))
      call.end(text)
    })
  }

  return {
    async request(request, signal) {
      const limit = AbortSignal.timeout(answerMs)
      const response = await open(request, signal ? AbortSignal.any([signal, limit]) : limit)
      const chunks: Buffer[] = []
      try {
        for await (const chunk of response) chunks.push(chunk as Buffer)
      } catch (error) {
        throw signal?.aborted ? signal.reason : noAnswer(error)
      }
      const text = Buffer.concat(chunks).toString()
      const isJson = response.headers['content-type']?.includes('json')
      return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text }
    },
    async watch(path, onEvent, signal) {
      const response = await open({ method: 'GET', path }, signal)
      let rest = ''
      response.setEncoding('utf8')
      for await (const chunk of response) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() as string
        for (const line of lines) if (line) onEvent(JSON.parse(line))
      }
    },
    close: () => agent.destroy(),
  }
}

const noAnswer = (error: unknown) =>
  new LabError('connection-lost', `The cluster's API server does not answer: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  })
