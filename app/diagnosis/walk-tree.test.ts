import { describe, expect, it } from 'vitest'
import type { DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import { causesFrom, fillWords, follow, wordsOf } from './walk-tree.ts'

const question = (ask: string, ...to: string[]) => ({
  ask,
  at: 'pod' as const,
  run: 'true',
  answers: to.map((key) => ({ says: `to ${key}`, to: key })),
})
const tree: DiagnosisTree = {
  method: [],
  words: { POD_IP: 'Address of the Pod', PORT: 'Port', DNS_POD_IP: 'Address of a CoreDNS Pod' },
  start: 'a',
  questions: { a: question('A?', 'b', 'c', 'x'), b: question('B?', 'x', 'y'), c: question('C?', 'y', 'z') },
  causes: { x: { says: 'X' }, y: { says: 'Y' }, z: { says: 'Z' } },
}

describe('follow', () => {
  it('starts at the first question', () => expect(follow(tree, [])).toEqual({ trail: [], now: 'a' }))
  it('comes to a cause by the answers given', () => {
    const { trail, now } = follow(tree, [1, 0])
    expect(now).toBe('y')
    expect(trail.map(({ question: q, says }) => `${q.ask} ${says}`)).toEqual(['A? to c', 'C? to y'])
  })
  it('stops where an answer does not exist, and behind a cause', () => {
    expect(follow(tree, [9]).now).toBe('a')
    expect(follow(tree, [2, 0])).toMatchObject({ now: 'x', trail: { length: 1 } })
  })
})

describe('causesFrom', () => {
  it('counts a cause once, however many ways lead there', () => expect([...causesFrom(tree, 'a')].sort()).toEqual(['x', 'y', 'z']))
  it('leaves fewer after an answer, and one at the end', () => {
    expect([...causesFrom(tree, 'b')].sort()).toEqual(['x', 'y'])
    expect([...causesFrom(tree, 'z')]).toEqual(['z'])
  })
})

describe('words', () => {
  it('are those the tree explains, once each', () => {
    expect(wordsOf(tree, 'dig @DNS_POD_IP; curl POD_IP:PORT POD_IP | grep DROP')).toEqual(['DNS_POD_IP', 'POD_IP', 'PORT'])
  })
  it('are replaced whole, and stay while they have no value', () => {
    expect(fillWords('dig @DNS_POD_IP; curl POD_IP:PORT', { POD_IP: ' 10.244.1.2 ', PORT: '' })).toBe(
      'dig @DNS_POD_IP; curl 10.244.1.2:PORT',
    )
  })
})
