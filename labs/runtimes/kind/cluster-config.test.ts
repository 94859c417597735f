import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { clusterConfig } from './cluster-config.ts'

interface Config {
  name: string
  nodes: { role: string; image?: string; kubeadmConfigPatches: string[]; extraMounts: { containerPath: string; readOnly: boolean }[] }[]
}

it('gives nodes the names of lessons and the tools, read-only', () => {
  const config = parse(clusterConfig({ labId: 'abcdefgh', image: 'kindest/node:x', tools: '/cache/tools' })) as Config
  expect(config.name).toBe('podwire-abcdefgh')
  const names = config.nodes.map(
    ({ kubeadmConfigPatches }) =>
      (parse(kubeadmConfigPatches[0] as string) as { nodeRegistration: { name: string } }).nodeRegistration.name,
  )
  expect(names).toEqual(['control-plane', 'worker', 'worker2'])
  expect(config.nodes.every(({ image, extraMounts }) => image === 'kindest/node:x' && extraMounts[0]?.readOnly)).toBe(true)
})

it('tells the first kubeadm alone where its patches lie', () => {
  const { nodes } = parse(clusterConfig({ labId: 'abcdefgh', image: undefined, tools: '/t' })) as Config
  const directories = nodes.map(
    ({ kubeadmConfigPatches }) => (parse(kubeadmConfigPatches[0] as string) as { patches?: { directory: string } }).patches?.directory,
  )
  expect(directories).toEqual(['/opt/podwire/kubeadm', undefined, undefined])
})

it('leaves the image to kind where none was chosen', () => {
  expect(clusterConfig({ labId: 'abcdefgh', image: undefined, tools: '/t' })).not.toContain('image')
})
