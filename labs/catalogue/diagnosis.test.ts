import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { brokenPaths, localiseDiagnosis, readDiagnosisFile } from './diagnosis.ts'
import { loadCatalogue } from './scenario-catalogue.ts'

const root = join(import.meta.dirname, '../..')
const file = await readDiagnosisFile(join(root, 'content'))
/** Words in commands that are what they look like. */
const literal = new Set(['DROP', 'FORWARD'])

describe('the diagnosis tree', () => {
  it('leads every scenario to a cause', async () => {
    const diagnosed = new Set(Object.values(file.causes).flatMap((cause) => cause.test))
    const scenarios = (await loadCatalogue(join(root, 'labs/scenarios'))).map(({ scenario }) => scenario.id)
    expect(scenarios.filter((id) => !diagnosed.has(id))).toEqual([])
  })

  it('says what every word in capitals stands for, and no other', () => {
    const used = Object.values(file.questions).flatMap(({ run }) => run.match(/\b[A-Z][A-Z_]+\b/g) ?? [])
    expect([...new Set(used)].filter((word) => !literal.has(word)).sort()).toEqual(Object.keys(file.words).sort())
  })

  it('tells a page no scenario', () => {
    for (const locale of ['en', 'zh-CN'] as const) {
      const text = JSON.stringify(localiseDiagnosis(file, locale, []))
      for (const id of Object.values(file.causes).flatMap((cause) => cause.test)) expect(text).not.toContain(id)
    }
  })

  it('is in one language at a time', () => {
    const zh = localiseDiagnosis(file, 'zh-CN', [])
    const says = [
      ...Object.values(zh.questions).flatMap((q) => [q.ask, ...q.answers.map((a) => a.says)]),
      ...Object.values(zh.causes).map((c) => c.says),
    ]
    expect(says.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([])
    expect(JSON.stringify(localiseDiagnosis(file, 'en', []))).not.toMatch(/\p{Script=Han}/u)
  })
})

describe('brokenPaths', () => {
  const broken = (change: (copy: typeof file) => void) => {
    const copy = structuredClone(file)
    change(copy)
    return brokenPaths(copy).map(({ path, message }) => `${path.join('.')}: ${message}`)
  }
  const lead = (copy: typeof file, question: string, to: string) => {
    const answer = copy.questions[question]?.answers[0]
    if (answer) answer.to = to
  }
  it('finds none in the file', () => expect(broken(() => undefined)).toEqual([]))
  it('finds an answer that leads nowhere, and what is cut off by it', () => {
    expect(broken((copy) => lead(copy, 'listener', 'target_prot'))).toEqual([
      'questions.listener.answers.0.to: no question or cause target_prot',
      'causes.target_port: no answer leads here',
    ])
  })
  it('finds a circle', () => {
    expect(broken((copy) => lead(copy, 'listener', 'refused'))).toContain('questions.listener.answers.0.to: leads back to refused')
  })
})
