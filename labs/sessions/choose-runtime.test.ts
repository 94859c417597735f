import { expect, test } from 'vitest'
import type { RuntimeName } from '../spec/scenario.ts'
import type { Availability } from '../spec/status.ts'
import { chooseRuntime, runtimeChoice } from './choose-runtime.ts'

const both: Availability = { embedded: { available: true }, kind: { available: true } }
const noKind: Availability = { ...both, kind: { available: false, reason: 'There is no docker.', hint: 'Install docker.' } }
const nothing: Availability = { ...noKind, embedded: { available: false, reason: 'Embedded labs need Linux.', hint: 'Ask doctor.' } }
const needs = (runtimes: RuntimeName[], reasons?: { embedded?: string; kind?: string }) => ({
  scenario: { id: 's', runtimes, privileged: false, programs: [] },
  text: { runtimes: reasons },
})
const everywhere = needs(['embedded', 'kind'])
const onlyKind = needs(['kind'], { embedded: 'It breaks etcd.' })

test.each([
  [everywhere, 'auto', both, 'embedded'],
  [everywhere, 'kind', both, 'kind'],
  [everywhere, 'auto', { ...both, embedded: { available: false, reason: 'no' } }, 'kind'],
  [onlyKind, 'auto', both, 'kind'],
] as const)('chooses', (scenario, wanted, availability, chosen) => {
  expect(chooseRuntime(scenario, wanted, availability)).toBe(chosen)
})

test.each([
  ['what the machine lacks', everywhere, 'kind', noKind, { message: 'There is no docker.', hint: 'Here it runs on embedded.' }],
  ['where the scenario does not run', onlyKind, 'embedded', both, { message: 'It breaks etcd.', hint: 'Here it runs on kind.' }],
  ['auto, and nothing is there', onlyKind, 'auto', noKind, { message: 'kind: There is no docker.', hint: 'Install docker.' }],
  ['nothing at all', everywhere, 'embedded', nothing, { message: 'Embedded labs need Linux.', hint: 'Ask doctor.' }],
] as const)('refuses with the reason: %s', (_, scenario, wanted, availability, error) => {
  expect(() => chooseRuntime(scenario, wanted, availability)).toThrow(expect.objectContaining({ code: 'runtime-unavailable', ...error }))
})

test('a privileged lab has a reason of its own, and others do not mind it', () => {
  const { text, scenario } = needs(['embedded'])
  const privileged = { text, scenario: { ...scenario, privileged: true } }
  const noRoot: Availability = { ...both, privileged: { available: false, reason: 'It takes root.', hint: 'sudo npm start' } }
  expect(() => chooseRuntime(privileged, 'auto', noRoot)).toThrow(
    expect.objectContaining({ code: 'runtime-unavailable', message: 'embedded: It takes root.', hint: 'sudo npm start' }),
  )
  expect(() => chooseRuntime(privileged, 'embedded', noRoot)).toThrow(expect.objectContaining({ message: 'It takes root.' }))
  expect(chooseRuntime(everywhere, 'embedded', noRoot)).toBe('embedded')
  expect(chooseRuntime(privileged, 'auto', { ...both, privileged: { available: true } })).toBe('embedded')
  expect(() => chooseRuntime(privileged, 'auto', { ...noRoot, ...nothing })).toThrow(
    expect.objectContaining({ message: 'embedded: Embedded labs need Linux.' }),
  )
})

test('the scenario’s own reason comes before the machine’s', () => {
  expect(runtimeChoice(needs(['embedded'], { kind: 'It needs our agent.' }), noKind)).toEqual({
    auto: 'embedded',
    options: [
      { name: 'embedded', usable: true },
      { name: 'kind', usable: false, reason: 'It needs our agent.' },
    ],
  })
  expect(runtimeChoice(everywhere, nothing).auto).toBeUndefined()
})

test('a program that the machine lacks keeps the lab from embedded, and the command that fetches it is said', () => {
  const withEnvoy = { ...everywhere, scenario: { ...everywhere.scenario, programs: ['envoy' as const] } }
  const lacking: Availability = { ...noKind, embedded: { available: true, lacks: ['envoy'] } }
  expect(() => chooseRuntime(withEnvoy, 'auto', lacking)).toThrow('npm run envoy')
  expect(chooseRuntime(everywhere, 'auto', lacking)).toBe('embedded')
  expect(chooseRuntime(withEnvoy, 'auto', both)).toBe('embedded')
})
