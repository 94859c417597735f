// Protobuf bodies as kubectl 1.37.1 sends them, recorded; and the checks of fields.
import { describe, expect, test } from 'vitest'
import { typeFor } from '../http/body.ts'
import { judgeUnknownFields, pruneUnknownFields } from './field-check.ts'
import { decodeProtobuf } from './protobuf.ts'

const text = (s: string) => [...Buffer.from(s)]
/** field n, length-delimited */
const bytes = (n: number, content: number[]) => [...tag((n << 3) | 2), content.length, ...content]
const tag = (value: number) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])
const varint = (n: number, value: number) => [n << 3, value]
const envelope = (apiVersion: string, kind: string, raw: number[]) =>
  Buffer.from([...text('k8s'), 0, ...bytes(1, [...bytes(1, text(apiVersion)), ...bytes(2, text(kind))]), ...bytes(2, raw)])

describe('decodeProtobuf', () => {
  test('a Namespace, empty strings left out as upstream’s JSON does', () => {
    const meta = [...bytes(1, text('shop')), ...bytes(2, []), ...bytes(11, [...bytes(1, text('a')), ...bytes(2, text('b'))])]
    expect(decodeProtobuf(envelope('v1', 'Namespace', bytes(1, meta)), typeFor)).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { a: 'b' } },
    })
  })
  test('a Service: ports with an int-or-string target, embedded messages, zero node port', () => {
    const target = bytes(4, [...varint(1, 1), ...varint(2, 0), ...bytes(3, text('http'))])
    const port = [...bytes(1, text('80')), ...bytes(2, text('TCP')), ...varint(3, 80), ...target, ...varint(5, 0)]
    const spec = [...bytes(1, port), ...bytes(4, text('NodePort'))]
    expect(decodeProtobuf(envelope('v1', 'Service', bytes(2, spec)), typeFor).spec).toEqual({
      ports: [{ name: '80', protocol: 'TCP', port: 80, targetPort: 'http' }],
      type: 'NodePort',
    })
  })
  test('a pointer’s zero is kept: replicas 0', () => {
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', bytes(2, varint(1, 0))), typeFor).spec).toEqual({ replicas: 0 })
  })
  test('an embedded volume source becomes members of the volume', () => {
    const volume = [...bytes(1, text('v')), ...bytes(2, bytes(19, bytes(1, bytes(1, text('conf')))))]
    expect(decodeProtobuf(envelope('v1', 'Pod', bytes(2, bytes(1, volume))), typeFor).spec.volumes).toEqual([
      { name: 'v', configMap: { name: 'conf' } },
    ])
  })
  test('truncated input and unknown kinds are refused', () => {
    expect(() => decodeProtobuf(envelope('v1', 'Namespace', [10, 99, 1]), typeFor)).toThrow('could not be decoded')
    expect(() => decodeProtobuf(envelope('batch/v1', 'CronJob', []), typeFor)).toThrow('Job in version "batch/v1" is not served')
  })
})

describe('fields', () => {
  test('unknown ones are found, named and dropped', () => {
    const service = { metadata: { name: 's' }, spec: { foo: 1, ports: [{ port: 80, bar: 2 }] } }
    const unknown = pruneUnknownFields(service, 'core.v1.Service')
    expect(unknown).toEqual(['spec.foo', 'spec.ports[0].bar'])
    expect(service).toEqual({ metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } })
    expect(() => judgeUnknownFields(unknown, 'Strict', 'Service', 'v1')).toThrow(
      'strict decoding error: unknown field "spec.foo", unknown field "spec.ports[0].bar"',
    )
    expect(judgeUnknownFields(unknown, 'Warn', 'Service', 'v1')).toEqual(['unknown field "spec.foo"', 'unknown field "spec.ports[0].bar"'])
  })
  test.each([
    [{ spec: { ports: [{ port: 'x' }] } }, 'json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32'],
    [
      { spec: { selector: ['a'] } },
      'json: cannot unmarshal array into Go struct field ServiceSpec.spec.selector of type map[string]string',
    ],
  ])('wrong types: %j', (object, message) => expect(() => pruneUnknownFields(object, 'core.v1.Service')).toThrow(message))
})
