// What people read of a proof: lines, matrix, page.
import { describe, expect, it } from 'vitest'
import type { ProofReport } from './proof-report.ts'
import { formatHtml } from './report-html.ts'
import { formatMatrix, formatProof } from './report-text.ts'

const report: ProofReport = {
  ok: false,
  ms: 21_000,
  scenarios: [
    {
      scenarioId: 'sd-selector-typo',
      title: 'Refused <at once>',
      runtime: 'embedded',
      ok: false,
      ms: 20_500,
      digest: 'd1ge57',
      judges: [
        { id: 'web-answers', kind: 'check', title: 'web answers' },
        { id: 'address-kept', kind: 'guard', title: 'web keeps its address' },
      ],
      phases: [
        { phase: 'healthy', ok: true, ms: 700, states: { 'web-answers': 'pass', 'address-kept': 'pass' } },
        { phase: 'wrong-fix', of: 'new-address', ok: true, ms: 900, by: 'address-kept', sentence: 'Another address.', states: {} },
        {
          ...{ phase: 'mutation', of: 'nonsense', ok: false, ms: 5100, problem: 'the lab counts it as solved' },
          evidence: [{ id: 'web-answers', kind: 'check', state: 'pass', seen: '<b>200</b>', ms: 3 }],
        },
      ],
      logFolder: '/state/proofs/x',
    },
  ],
}
const [proof] = report.scenarios

describe('a failed proof', () => {
  it('names phase, problem, evidence and the folder of logs', () => {
    const text = formatProof(proof as NonNullable<typeof proof>)
    expect(text).toMatch(/✘ mutation nonsense +5.1 s\n +the lab counts it as solved\n +check web-answers: pass, <b>200<\/b>/)
    expect(text).toMatch(/✔ wrong fix new-address +0.9 s {2}address-kept\n/)
    expect(text).toContain('logs: /state/proofs/x')
  })
  it('shows in the matrix what does not hold and what was not tried', () => {
    const [head, row] = formatMatrix(report).split('\n') as [string, string]
    const at = (column: string) => row.slice(head.indexOf(column)).split('  ')[0]
    expect([at('healthy'), at('wrong fixes'), at('mutations'), at('reset')]).toEqual(['✔', '✔', '✘ 0/1', '·'])
  })
  it('is a page of its own, in which nothing of the lab is markup', () => {
    const html = formatHtml(report, new Date(0))
    expect(html).not.toMatch(/<(?:script|link|img)|src=|<b>200|<at once>/)
    for (const words of [
      '0 of 1 proved',
      'Refused &lt;at once&gt;',
      '&lt;b&gt;200',
      'the lab counts it as solved',
      'Another address.',
      'light-dark(',
    ])
      expect(html).toContain(words)
  })
})
