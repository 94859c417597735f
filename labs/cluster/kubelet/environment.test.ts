import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { ContainerConfigError, containerEnvironment, type EnvironmentSources, expand, serviceVariables } from './environment.ts'

const object = (kind: string, name: string, rest: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  ...rest,
})
const kubernetes = object('Service', 'kubernetes', {
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP' }] },
})
const sources: EnvironmentSources = {
  services: [kubernetes],
  find: (resource, name) =>
    name === 'settings' ? object('ConfigMap', name, { data: { colour: resource === 'secrets' ? 'cmVk' : 'blue' } }) : undefined,
  pod: object('Pod', 'web-0', { spec: {} }),
  nodeName: 'worker',
  hostIp: '172.18.0.3',
  podIp: '10.244.1.2',
  hostname: 'web-0',
}

describe('environment', () => {
  it('has the variables a real pod has', () => {
    expect(serviceVariables([kubernetes])).toEqual({
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      KUBERNETES_SERVICE_PORT_HTTPS: '443',
      KUBERNETES_PORT: 'tcp://10.96.0.1:443',
      KUBERNETES_PORT_443_TCP: 'tcp://10.96.0.1:443',
      KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
      KUBERNETES_PORT_443_TCP_PORT: '443',
      KUBERNETES_PORT_443_TCP_ADDR: '10.96.0.1',
    })
  })

  it('resolves fields, references and other variables', () => {
    const env = [
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
      { name: 'HIDDEN', valueFrom: { secretKeyRef: { name: 'settings', key: 'colour' } } },
      { name: 'URL', value: 'http://$(IP):80/$$(IP)/$(NOBODY)' },
    ]
    expect(containerEnvironment({ env }, sources)).toMatchObject({
      HOSTNAME: 'web-0',
      IP: '10.244.1.2',
      COLOUR: 'blue',
      HIDDEN: 'red',
      URL: 'http://10.244.1.2:80/$(IP)/$(NOBODY)',
    })
    expect(containerEnvironment({ envFrom: [{ prefix: 'P_', configMapRef: { name: 'settings' } }] }, sources).P_colour).toBe('blue')
  })

  it("says what is missing in the kubelet's words", () => {
    const missing = { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'nope', key: 'a' } } }] }
    expect(() => containerEnvironment(missing, sources)).toThrow(new ContainerConfigError('configmap "nope" not found'))
    const key = { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] }
    expect(() => containerEnvironment(key, sources)).toThrow("couldn't find key a in ConfigMap default/settings")
  })

  it('expands like the kubelet', () => expect(expand('$(A) $$(A) $A', { A: '1' })).toBe('1 $(A) $A'))
})
