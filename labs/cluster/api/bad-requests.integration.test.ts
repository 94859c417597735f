// Requests that cannot be, over TLS as any client may send them: each gets a Status that says why, and the store stays as it was.
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KubectlFixture, kubectlMissing, startKubectlFixture } from './kubectl-fixture.ts'

let fixture: KubectlFixture
let ca: string
beforeAll(async () => {
  if (kubectlMissing) return
  fixture = await startKubectlFixture()
  const config = JSON.parse(await readFile(join(fixture.folder, 'config'), 'utf8'))
  ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()
  fixture.store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' }, data: { a: '1' } })
})
afterAll(() => fixture?.[Symbol.asyncDispose]())

interface Answer {
  status: number
  body: { kind: string; status: string; reason: string; message: string; code: number }
}
function send(method: string, path: string, body: string | Buffer = '', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: fixture.port,
      method,
      path,
      ca,
      headers: { authorization: 'Bearer test-token', 'content-length': Buffer.byteLength(body), ...headers },
    }
    const sent = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        try {
          resolve({ status: response.statusCode as number, body: JSON.parse(text) })
        } catch {
          reject(new Error(`no JSON: ${response.statusCode} ${text.slice(0, 500)}`))
        }
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
const maps = '/api/v1/namespaces/default/configmaps'
const kept = `${maps}/kept`
const map = (more: object) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' }, ...more })
const patch = (kind: string) => ({ 'content-type': `application/${kind}` })
const json = { 'content-type': 'application/json' }

type Case = [what: string, status: number, words: RegExp, ...Parameters<typeof send>]
const cases: Case[] = [
  ['half a JSON', 400, /JSON/, 'POST', maps, '{"kind":"ConfigMap"', json],
  ['bytes', 400, /JSON/, 'POST', maps, Buffer.from([0xff, 0xfe, 0, 1]), json],
  ['no body', 400, /./, 'POST', maps, '', json],
  ['a list for an object', 400, /JSON|list|object/i, 'POST', maps, '[]', json],
  ['null', 400, /./, 'POST', maps, 'null', json],
  ['another kind', 400, /Pod/, 'POST', maps, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }), json],
  ['another version', 400, /v9/, 'POST', maps, map({ apiVersion: 'v9' }), json],
  ['another namespace', 400, /namespace/, 'POST', maps, map({ metadata: { name: 'new', namespace: 'other' } }), json],
  ['no name', 422, /name/, 'POST', maps, map({ metadata: {} }), json],
  ['a name that cannot be', 422, /lowercase RFC 1123/, 'POST', maps, map({ metadata: { name: 'A_b' } }), json],
  ['a wrong type', 400, /data|string/, 'POST', maps, map({ data: { a: { b: 1 } } }), json],
  ['a wrong type of metadata', 400, /./, 'POST', maps, map({ metadata: 'x' }), json],
  ['labels that cannot be', 422, /label/, 'POST', maps, map({ metadata: { name: 'new', labels: { 'a b': 'c d' } } }), json],
  ['a name that is taken', 409, /already exists/, 'POST', maps, map({ metadata: { name: 'kept' } }), json],
  ['an unknown content type', 415, /media type|unknown format/, 'POST', maps, map({}), { 'content-type': 'image/png' }],
  ['more than three megabytes', 413, /too large/, 'POST', maps, map({ data: { a: 'x'.repeat(4 << 20) } }), json],
  ['an unknown field, when strict', 400, /unknown field "dta"/, 'POST', `${maps}?fieldValidation=Strict`, map({ dta: {} }), json],
  ['an unknown mode of validation', 422, /fieldValidation/, 'POST', `${maps}?fieldValidation=Maybe`, map({}), json],
  ['no such resource', 404, /could not find the requested resource/, 'GET', '/api/v1/namespaces/default/nothings'],
  ['no such group', 404, /could not find the requested resource/, 'GET', '/apis/nothing.example/v1/things'],
  ['no such object', 404, /configmaps "none" not found/, 'GET', `${maps}/none`],
  ['no such subresource', 404, /./, 'GET', `${kept}/none`],
  ['a method that cannot be', 405, /./, 'PUT', maps, map({}), json],
  ['a path that leaves', 404, /./, 'GET', '/api/v1/../../etc/passwd'],
  ['a path that is not encoded well', 400, /./, 'GET', `${maps}/%zz`],
  ['a label selector that does not parse', 400, /selector|parse/, 'GET', `${maps}?labelSelector=a%20in%20(`],
  ['a field selector that does not parse', 400, /selector/, 'GET', `${maps}?fieldSelector=nonsense`],
  ['a field that cannot be selected', 400, /field label not supported/, 'GET', `${maps}?fieldSelector=data.a%3D1`],
  ['a limit that is no number', 400, /./, 'GET', `${maps}?limit=few`],
  ['a version that is no number', 400, /"soon"/, 'GET', `${maps}?resourceVersion=soon`],
  ['a version yet to come', 504, /Too large resource version/, 'GET', `${maps}?resourceVersion=99999999`],
  ['a watch from no number', 400, /"soon"/, 'GET', `${maps}?watch=1&resourceVersion=soon`],
  ['a continue token that is not ours', 400, /continue/, 'GET', `${maps}?limit=1&continue=nonsense`],
  ['a stale update', 409, /object has been modified/, 'PUT', kept, map({ metadata: { name: 'kept', resourceVersion: '1' } }), json],
  ['an update under another name', 400, /name/, 'PUT', kept, map({ metadata: { name: 'other' } }), json],
  ['an update of nothing', 404, /not found/, 'PUT', `${maps}/none`, map({ metadata: { name: 'none' } }), json],
  ['an unknown patch', 415, /patch|media type/i, 'PATCH', kept, '{}', json],
  ['a patch that is no JSON', 400, /./, 'PATCH', kept, '{', patch('merge-patch+json')],
  ['a JSON patch that is no list', 400, /./, 'PATCH', kept, '{}', patch('json-patch+json')],
  ['a JSON patch with an unknown operation', 422, /./, 'PATCH', kept, '[{"op":"fly","path":"/data"}]', patch('json-patch+json')],
  ['a JSON patch of what is not there', 422, /./, 'PATCH', kept, '[{"op":"remove","path":"/data/zzz"}]', patch('json-patch+json')],
  ['a JSON patch whose test fails', 422, /./, 'PATCH', kept, '[{"op":"test","path":"/data/a","value":"2"}]', patch('json-patch+json')],
  ['a merge patch to a wrong type', 422, /data/, 'PATCH', kept, '{"data":"x"}', patch('merge-patch+json')],
  ['an unknown strategic directive', 400, /./, 'PATCH', kept, '{"data":{"$patch":"fly"}}', patch('strategic-merge-patch+json')],
  ['an apply without a manager', 422, /fieldManager/, 'PATCH', kept, map({ metadata: { name: 'kept' } }), patch('apply-patch+yaml')],
  ['an apply of YAML that does not parse', 400, /YAML/, 'PATCH', `${kept}?fieldManager=x`, 'a: [', patch('apply-patch+yaml')],
  [
    'a delete with a wrong precondition',
    409,
    /the UID in the precondition/,
    'DELETE',
    kept,
    JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } }),
    json,
  ],
  ['delete options that cannot be', 422, /propagationPolicy/, 'DELETE', kept, '{"propagationPolicy":7}', json],
  ['no token', 403, /system:anonymous/, 'GET', maps, '', { authorization: '' }],
  ['another token', 401, /Unauthorized/, 'GET', maps, '', { authorization: 'Bearer x' }],
]

describe.skipIf(kubectlMissing !== undefined)(`requests that cannot be${kubectlMissing ? ` (skipped: ${kubectlMissing})` : ''}`, () => {
  test.each(cases)('%s: %i', async (_, status, words, ...what) => {
    const before = fixture.store.list('configmaps')
    const answer = await send(...what)
    expect(answer, JSON.stringify(answer).slice(0, 400)).toMatchObject({
      status,
      body: { kind: 'Status', status: 'Failure', code: status },
    })
    expect(answer.body.message).toMatch(words)
    expect(fixture.store.list('configmaps')).toEqual(before)
  })

  test('a watch that nobody reads is cut, and holds no more', async () => {
    const path = '/api/v1/namespaces/default/configmaps?watch=true'
    const watch = request({ host: '127.0.0.1', port: fixture.port, path, ca, headers: { authorization: 'Bearer test-token' } })
    const cut = new Promise<string>((resolve) => {
      watch.on('response', (response) => {
        response.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message))
        response.on('close', () => resolve('closed'))
        response.pause()
        let object = fixture.store.create('configmaps', {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'unread', namespace: 'default' },
        })
        const half = 'x'.repeat(512 << 10)
        // twice what may be held
        for (let n = 0; n < 128; n++) object = fixture.store.update('configmaps', { ...object, data: { half, n: String(n) } })
        setTimeout(() => response.resume(), 500)
      })
      watch.on('error', (error) => resolve(error.message))
    })
    watch.end()
    expect(await cut).toMatch(/ECONNRESET|closed|aborted/)
    expect((await send('GET', '/api/v1/namespaces/default/configmaps/unread', '')).body.kind).toBe('ConfigMap')
    fixture.store.delete('configmaps', 'default', 'unread')
  })

  test('kubectl says what is wrong with a file, and where', async () => {
    const apply = async (text: string) => {
      await writeFile(join(fixture.folder, 'bad.yaml'), text)
      const { code, stdout, stderr } = await fixture.kubectl(['apply', '-f', 'bad.yaml'])
      expect([code, stdout]).toEqual([1, ''])
      return stderr
    }
    expect(await apply('a: [')).toMatch(/error parsing bad\.yaml.*line/)
    expect(await apply('kind: ConfigMap\nmetadata: { name: x }\n')).toContain('apiVersion not set')
    expect(await apply('apiVersion: v1\nkind: Nothing\nmetadata: { name: x }\n')).toContain('no matches for kind "Nothing" in version "v1"')
    expect(await apply('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: { a: [1] }\n')).toMatch(/data/)
    expect(await apply('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: X_x }\n')).toContain('lowercase RFC 1123')
    expect((await fixture.kubectl(['get', 'configmap', 'x'])).stderr).toContain('not found')
  })
})
