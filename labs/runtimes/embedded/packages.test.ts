// What a machine lacks for a lab is said with the command that mends it.
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findImage } from '../../spec/images.ts'
import { requireImagePackages, requirePackages } from './packages.ts'

it('names what is missing, and nothing else', () => {
  const needs = [
    { file: process.execPath, package: 'nodejs' },
    { file: '/nowhere/bird', package: 'bird2' },
  ]
  expect(() => requirePackages('The CNI shape calico', needs)).toThrow(
    expect.objectContaining({
      message: 'The CNI shape calico needs packages that this machine lacks: bird2.',
      hint: 'apt-get install bird2',
    }),
  )
})

it('looks at the images of manifests, wherever they stand in them', () => {
  const image = 'registry.k8s.io/ingress-nginx/controller:v1.13.3'
  const need = findImage(image)?.program.needs
  const look = () => requireImagePackages([{ kind: 'Deployment', spec: { template: { spec: { containers: [{ image }] } } } }])
  if (existsSync(need?.file ?? '')) expect(look).not.toThrow()
  else expect(look).toThrow(/controller:v1\.13\.3 needs packages that this machine lacks: nginx/)
  expect(() => requireImagePackages([{ kind: 'Pod', spec: { containers: [{ image: 'busybox' }] } }])).not.toThrow()
})
