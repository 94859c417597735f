// Checks of an Ingress with upstream's words.
import { isIP } from 'node:net'
import type { Json } from '../json-value.ts'
import { dnsProblems, invalid, invalidValue, notSupported, required } from '../metadata.ts'
import type { KubeObject } from '../store.ts'
import { portNameProblems, portProblems } from './port-rules.ts'
import type { Cause } from './resource.ts'

export const classAnnotation = 'kubernetes.io/ingress.class'

const wildcard = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const wildcardRule =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']
const badSequences = ['//', '/./', '/../', '%2f', '%2F']
const badEndings = ['/..', '/.']

/** Only a new Ingress is asked this: older ones may have both. */
export function checkIngressCreate({ metadata, spec }: KubeObject): void {
  const annotated = metadata.annotations?.[classAnnotation]
  if (annotated === undefined || spec?.ingressClassName === undefined || annotated === spec.ingressClassName) return
  const why = 'must match `ingressClassName` when both are specified'
  throw invalid({ kind: 'Ingress', group: 'networking.k8s.io' }, metadata.name, [
    invalidValue(`annotations.${classAnnotation}`, annotated, why),
  ])
}

export function checkIngress({ spec }: KubeObject): Cause[] {
  const causes: Cause[] = []
  if (!spec.rules?.length && !spec.defaultBackend)
    causes.push(invalidValue('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'))
  if (spec.defaultBackend) causes.push(...checkBackend(spec.defaultBackend, 'spec.defaultBackend'))
  for (const [i, rule] of (spec.rules ?? []).entries()) causes.push(...checkRule(rule, `spec.rules[${i}]`))
  for (const [i, tls] of (spec.tls ?? []).entries()) {
    for (const [j, host] of (tls.hosts ?? []).entries()) causes.push(...checkHost(host, `spec.tls[${i}].hosts[${j}]`))
    if (tls.secretName)
      causes.push(...dnsProblems(tls.secretName, 'subdomain').map((p) => invalidValue(`spec.tls[${i}].secretName`, tls.secretName, p)))
  }
  if (spec.ingressClassName !== undefined)
    causes.push(
      ...dnsProblems(spec.ingressClassName, 'subdomain').map((p) => invalidValue('spec.ingressClassName', spec.ingressClassName, p)),
    )
  return causes
}

function checkHost(host: string, at: string): Cause[] {
  if (!host.includes('*')) return dnsProblems(host, 'subdomain').map((p) => invalidValue(at, host, p))
  return wildcard.test(host) ? [] : [invalidValue(at, host, wildcardRule)]
}

function checkRule({ host, http }: Json, at: string): Cause[] {
  const causes: Cause[] = []
  if (host && isIP(host)) causes.push(invalidValue(`${at}.host`, host, 'must be a DNS name, not an IP address'))
  if (host) causes.push(...checkHost(host, `${at}.host`))
  if (http && !http.paths?.length) causes.push(required(`${at}.http.paths`))
  for (const [i, path] of (http?.paths ?? []).entries()) causes.push(...checkPath(path, `${at}.http.paths[${i}]`))
  return causes
}

function checkPath({ path = '', pathType, backend }: Json, at: string): Cause[] {
  if (pathType === undefined) return [required(`${at}.pathType`, 'pathType must be specified')]
  const causes: Cause[] = []
  const wrong = (why: string) => causes.push(invalidValue(`${at}.path`, path, why))
  if (!pathTypes.includes(pathType)) causes.push(notSupported(`${at}.pathType`, pathType, pathTypes))
  else if (!path.startsWith('/') && !(pathType === 'ImplementationSpecific' && path === '')) wrong('must be an absolute path')
  if (pathType === 'Exact' || pathType === 'Prefix') {
    for (const sequence of badSequences) if (path.includes(sequence)) wrong(`must not contain '${sequence}'`)
    for (const ending of badEndings) if (path.endsWith(ending)) wrong(`cannot end with '${ending}'`)
  }
  return [...causes, ...checkBackend(backend ?? {}, `${at}.backend`)]
}

function checkBackend({ resource, service }: Json, at: string): Cause[] {
  if (resource && service) return [invalidValue(at, '', 'cannot set both resource and service backends')]
  if (resource) return ['kind', 'name'].filter((field) => !resource[field]).map((field) => required(`${at}.resource.${field}`))
  if (!service) return [invalidValue(at, '', 'resource or service backend is required')]
  const causes: Cause[] = []
  if (!service.name) causes.push(required(`${at}.service.name`))
  else causes.push(...dnsProblems(service.name, 'label').map((p) => invalidValue(`${at}.service.name`, service.name, p)))
  const { name, number } = service.port ?? {}
  if (name && number) causes.push(invalidValue(at, '', 'cannot set both port name & port number'))
  else if (name) causes.push(...portNameProblems(name).map((p) => invalidValue(`${at}.service.port.name`, name, p)))
  else if (number) causes.push(...portProblems(number).map((p) => invalidValue(`${at}.service.port.number`, number, p)))
  else causes.push(required(at, 'port name or number is required'))
  return causes
}
