// Checks of a pod's spec with upstream's words. Used by Pod, Deployment and ReplicaSet.
import { cloneJson, equalJson, type Json } from '../json-value.ts'
import { dnsProblems, duplicate, forbidden, invalidValue, notFoundValue, notSupported, required } from '../metadata.ts'
import { canonicalQuantity } from '../quantities.ts'
import type { KubeObject } from '../store.ts'
import { portNameProblems, portProblems } from './port-rules.ts'
import type { Cause } from './resource.ts'

/** Everything wrong with a (defaulted) pod spec; `path` is where it stands in the object. */
export function checkPodSpec(spec: Json, path: string): Cause[] {
  const causes: Cause[] = []
  const volumes = new Set<string>()
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    const at = `${path}.volumes[${i}]`
    if (!volume.name) causes.push(required(`${at}.name`))
    else if (volumes.has(volume.name)) causes.push(duplicate(`${at}.name`, volume.name))
    volumes.add(volume.name)
    if (Object.keys(volume).length > 2) causes.push(forbidden(at, 'may not specify more than 1 volume type'))
  }
  if (!spec.containers?.length) causes.push(required(`${path}.containers`))
  const names = new Set<string>()
  for (const kind of ['containers', 'initContainers']) {
    for (const [i, container] of (spec[kind] ?? []).entries())
      causes.push(...checkContainer(container, `${path}.${kind}[${i}]`, names, volumes))
  }
  if (!['Always', 'OnFailure', 'Never'].includes(spec.restartPolicy))
    causes.push(notSupported(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']))
  if (!['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'].includes(spec.dnsPolicy)) {
    causes.push(notSupported(`${path}.dnsPolicy`, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']))
  }
  if (spec.dnsPolicy === 'None' && !spec.dnsConfig?.nameservers?.length)
    causes.push(required(`${path}.dnsConfig.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
  if (spec.terminationGracePeriodSeconds < 0)
    causes.push(
      invalidValue(`${path}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds, 'must be greater than or equal to 0'),
    )
  return causes
}

function checkContainer(c: Json, at: string, names: Set<string>, volumes: Set<string>): Cause[] {
  const causes: Cause[] = []
  if (!c.name) causes.push(required(`${at}.name`))
  else {
    causes.push(...dnsProblems(c.name, 'label').map((p) => invalidValue(`${at}.name`, c.name, p)))
  }
  if (!c.image) causes.push(required(`${at}.image`))
  else if (c.image !== c.image.trim()) causes.push(invalidValue(`${at}.image`, c.image, 'must not have leading or trailing whitespace'))
  causes.push(...checkPorts(c.ports ?? [], `${at}.ports`))
  for (const [i, variable] of (c.env ?? []).entries()) {
    if (!variable.name) causes.push(required(`${at}.env[${i}].name`))
    else if (!/^[ -<>-~]+$/.test(variable.name))
      causes.push(
        invalidValue(
          `${at}.env[${i}].name`,
          variable.name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      )
    if (variable.value && variable.valueFrom)
      causes.push(invalidValue(`${at}.env[${i}].valueFrom`, '', 'may not be specified when `value` is not empty'))
  }
  const mounted = new Set<string>()
  for (const [i, mount] of (c.volumeMounts ?? []).entries()) {
    const where = `${at}.volumeMounts[${i}]`
    if (!mount.name) causes.push(required(`${where}.name`))
    else if (!volumes.has(mount.name)) causes.push(notFoundValue(`${where}.name`, mount.name))
    if (!mount.mountPath) causes.push(required(`${where}.mountPath`))
    else if (mounted.has(mount.mountPath)) causes.push(invalidValue(`${where}.mountPath`, mount.mountPath, 'must be unique'))
    mounted.add(mount.mountPath)
  }
  if (!['Always', 'IfNotPresent', 'Never'].includes(c.imagePullPolicy))
    causes.push(notSupported(`${at}.imagePullPolicy`, c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']))
  for (const kind of ['limits', 'requests']) {
    for (const [name, value] of Object.entries(c.resources?.[kind] ?? {})) {
      if (canonicalQuantity(value as string) === undefined) {
        causes.push(
          invalidValue(
            `${at}.resources.${kind}[${name}]`,
            value,
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
          ),
        )
      }
    }
  }
  // upstream looks at each container by itself first
  if (c.name && names.has(c.name)) causes.push(duplicate(`${at}.name`, c.name))
  names.add(c.name)
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    if (c[kind]) causes.push(...checkProbe(c[kind], `${at}.${kind}`, kind))
  return causes
}

function checkPorts(ports: Json[], at: string): Cause[] {
  const causes: Cause[] = []
  const names = new Set<string>()
  for (const [i, port] of ports.entries()) {
    if (port.name) {
      causes.push(...portNameProblems(port.name).map((p) => invalidValue(`${at}[${i}].name`, port.name, p)))
      if (names.has(port.name)) causes.push(duplicate(`${at}[${i}].name`, port.name))
      names.add(port.name)
    }
    if (!port.containerPort) causes.push(required(`${at}[${i}].containerPort`))
    else causes.push(...portProblems(port.containerPort).map((p) => invalidValue(`${at}[${i}].containerPort`, port.containerPort, p)))
    if (port.hostPort) causes.push(...portProblems(port.hostPort).map((p) => invalidValue(`${at}[${i}].hostPort`, port.hostPort, p)))
    if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol))
      causes.push(notSupported(`${at}[${i}].protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']))
  }
  return causes
}

function checkProbe(probe: Json, at: string, kind: string): Cause[] {
  const causes: Cause[] = []
  const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((h) => probe[h])
  if (handlers.length === 0) causes.push(required(at, 'must specify a handler type'))
  for (const extra of handlers.slice(1)) causes.push(forbidden(`${at}.${extra}`, 'may not specify more than 1 handler type'))
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']) {
    if (probe[field] < 0) causes.push(invalidValue(`${at}.${field}`, probe[field], 'must be greater than or equal to 0'))
  }
  if (kind !== 'readinessProbe' && probe.successThreshold !== 1)
    causes.push(invalidValue(`${at}.successThreshold`, probe.successThreshold, 'must be 1'))
  for (const handler of ['httpGet', 'tcpSocket']) {
    const port = probe[handler]?.port
    if (!probe[handler]) continue
    if (typeof port === 'number') causes.push(...portProblems(port).map((p) => invalidValue(`${at}.${handler}.port`, port, p)))
    else causes.push(...portNameProblems(String(port ?? '')).map((p) => invalidValue(`${at}.${handler}.port`, port ?? '', p)))
  }
  return causes
}

/** A running pod may change only its images, deadline, tolerations (added) and grace period. */
export function checkPodUpdate(next: KubeObject, old: KubeObject): Cause[] {
  const changed = cloneJson(next.spec)
  for (const kind of ['containers', 'initContainers']) {
    const [now, before] = [changed[kind] ?? [], old.spec[kind] ?? []]
    if (now.length !== before.length) return [forbidden('spec', `pod updates may not add or remove containers`)]
    for (const [i, container] of now.entries()) container.image = before[i].image
  }
  for (const field of ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds', 'ephemeralContainers']) {
    if (old.spec[field] === undefined) delete changed[field]
    else changed[field] = old.spec[field]
  }
  // The scheduler binds by setting nodeName once.
  if (!old.spec.nodeName) delete changed.nodeName
  if (equalJson(changed, old.spec)) return []
  return [
    forbidden(
      'spec',
      `pod updates may not change fields other than \`spec.containers[*].image\`,\`spec.initContainers[*].image\`,\`spec.activeDeadlineSeconds\`,\`spec.tolerations\` (only additions to existing tolerations),\`spec.terminationGracePeriodSeconds\` (allow it to be set to 1 if it was previously negative)`,
    ),
  ]
}
