// Decodes Kubernetes' protobuf request bodies into the JSON they stand for. kubectl's generators (create deployment, auth can-i, drain…) send them.

import { microTimestamp, timestamp } from '../durations.ts'
import type { Json } from '../json-value.ts'
import { ApiError } from '../store.ts'
import { type Field, isType, typeNamed } from './schema.ts'

const magic = Buffer.from('k8s\0')
const malformed = () => new ApiError(400, 'BadRequest', 'the protobuf body could not be decoded')

interface Wire {
  number: number
  /** varints (signed 64-bit) or bytes */
  value: bigint | Buffer
}

/** The fields of one message, in order. Throws ApiError BadRequest on truncated input. */
function* readMessage(bytes: Buffer): Generator<Wire> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw malformed()
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, value)
    }
    throw malformed()
  }
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw malformed()
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const number = tag >>> 3
    switch (tag & 7) {
      case 0:
        yield { number, value: varint() }
        break
      case 1:
        yield { number, value: take(8) }
        break
      case 2:
        yield { number, value: take(Number(varint())) }
        break
      case 5:
        yield { number, value: take(4) }
        break
      default:
        throw malformed()
    }
  }
}

const members = (bytes: Buffer): Map<number, bigint | Buffer> => new Map([...readMessage(bytes)].map((w) => [w.number, w.value]))
const text = (value: bigint | Buffer | undefined): string => (Buffer.isBuffer(value) ? value.toString('utf8') : '')
const asBuffer = (value: bigint | Buffer): Buffer => {
  if (!Buffer.isBuffer(value)) throw malformed()
  return value
}

function decodeValue(kind: string, value: bigint | Buffer): Json {
  switch (kind) {
    case 'string':
      return asBuffer(value).toString('utf8')
    case 'bool':
      return value !== 0n
    case 'int32':
    case 'int64':
      return Number(value)
    case 'bytes':
      return asBuffer(value).toString('base64')
    case 'time':
    case 'microtime': {
      const m = members(asBuffer(value))
      const ms = Number(m.get(1) ?? 0n) * 1000 + Number(m.get(2) ?? 0n) / 1e6
      // Go's zero time is year 1; upstream prints it as null.
      if (Number(m.get(1) ?? 0n) <= 0) return null
      return kind === 'time' ? timestamp(ms) : microTimestamp(ms)
    }
    case 'quantity':
      return text(members(asBuffer(value)).get(1))
    case 'intstr': {
      const m = members(asBuffer(value))
      return m.get(1) === 1n ? text(m.get(3)) : Number(m.get(2) ?? 0n)
    }
    case 'raw': {
      const m = members(asBuffer(value))
      const raw = m.get(1)
      return Buffer.isBuffer(raw) && raw.length > 0 ? JSON.parse(raw.toString('utf8')) : {}
    }
    default:
      return decodeType(kind, asBuffer(value))
  }
}

/** Upstream's marshaller writes the zero values of fields that are not pointers; its JSON leaves them out, and so do we. */
function isEmpty(value: Json, field: Field): boolean {
  if (value === null) return true
  if (field.required || field.pointer) return false
  return value === '' || value === 0 || value === false || (isType(field.kind) && Object.keys(value).length === 0)
}

function decodeType(name: string, bytes: Buffer): Json {
  const type = typeNamed(name)
  const object: Record<string, Json> = {}
  for (const { number, value } of readMessage(bytes)) {
    const field = type.numbers.get(number)
    if (!field) continue // a field newer than our schema
    if (field.embedded) {
      Object.assign(object, decodeType(field.kind, asBuffer(value)))
    } else if (field.shape === 'map') {
      const entry = members(asBuffer(value))
      object[field.name] ??= {}
      object[field.name][text(entry.get(1))] = decodeValue(field.kind, entry.get(2) ?? Buffer.alloc(0))
    } else if (field.shape === 'list') {
      object[field.name] ??= []
      object[field.name].push(decodeValue(field.kind, value))
    } else {
      const decoded = decodeValue(field.kind, value)
      if (isEmpty(decoded, field)) continue
      object[field.name] = decoded
    }
  }
  return object
}
export const isProtobuf = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(magic)

/** Decodes `k8s\0` + runtime.Unknown. `typeFor` names the schema type of an apiVersion and kind; undefined: we do not serve it. */
export function decodeProtobuf(bytes: Buffer, typeFor: (apiVersion: string, kind: string) => string | undefined): Json {
  if (!isProtobuf(bytes)) throw malformed()
  const unknown = members(bytes.subarray(4))
  const meta = members(asBuffer(unknown.get(1) ?? Buffer.alloc(0)))
  const [apiVersion, kind] = [text(meta.get(1)), text(meta.get(2))]
  const name = typeFor(apiVersion, kind)
  if (!name)
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - ${kind} in version "${apiVersion}" is not served as protobuf here`,
    )
  return { apiVersion, kind, ...decodeType(name, asBuffer(unknown.get(2) ?? Buffer.alloc(0))) }
}
