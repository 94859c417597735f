import { expect, test } from 'vitest'
import type { SearchEntry } from '../../labs/spec/search.ts'
import { findEntries } from './find-entries.ts'

const entries: SearchEntry[] = [
  { kind: 'lesson', title: 'The wire out of a Pod', href: '/lessons/wire', text: 'A sharp look at eth0.' },
  {
    kind: 'lesson',
    title: 'The wire out of a Pod',
    heading: 'Whose address is it',
    href: '/lessons/wire#whose',
    text: 'ARP asks for 10.244.1.1.',
  },
  { kind: 'term', title: 'ARP', also: ['address resolution'], href: '/glossary#arp', text: 'The question who has this address.' },
  { kind: 'lab', title: 'Refused at once', href: '/labs/x', text: 'curl says connection refused, kube-proxy is fine.' },
  {
    kind: 'lesson',
    title: '每个连接只选一次',
    heading: '内核记住了',
    href: '/lessons/one#k',
    text: '连接跟踪的表里有一行，内核照着它办。',
  },
]
const hrefs = (query: string) => findEntries(entries, query).map(({ entry }) => entry.href)

test('Latin words match from their start, not inside another word', () => {
  expect(hrefs('arp')).toEqual(['/glossary#arp', '/lessons/wire#whose'])
  expect(hrefs('sha')).toEqual(['/lessons/wire'])
  expect(hrefs('proxy')).toEqual(['/labs/x'])
  expect(hrefs('resol')).toEqual(['/glossary#arp'])
  expect(hrefs('10.244')).toEqual(['/lessons/wire#whose'])
})

test('every word must be there', () => {
  expect(hrefs('curl refused')).toEqual(['/labs/x'])
  expect(hrefs('curl arp')).toEqual([])
  expect(hrefs('  ')).toEqual([])
})

test('a title finds the lesson, not each of its sections', () => {
  expect(hrefs('wire')).toEqual(['/lessons/wire'])
})

test('Chinese is found without word breaks, and in pieces when it is nowhere as a whole', () => {
  expect(hrefs('连接跟踪')).toEqual(['/lessons/one#k'])
  expect(hrefs('内核记住')).toEqual(['/lessons/one#k'])
  expect(hrefs('跟踪的表')).toEqual(['/lessons/one#k'])
  expect(hrefs('连接拒绝')).toEqual([])
})

test('signs of regular expressions are only signs', () => {
  expect(hrefs('(')).toEqual([])
  expect(hrefs('a.c')).toEqual([])
})

test('the excerpt shows what was found', () => {
  const [found] = findEntries(entries, 'REFUSED')
  expect(found?.excerpt).toEqual(['curl says connection ', 'refused', ', kube-proxy is fine.'])
  const long = [{ ...entries[0], text: `${'word '.repeat(60)}needle ${'word '.repeat(60)}` } as SearchEntry]
  const excerpt = findEntries(long, 'needle')[0]?.excerpt ?? []
  expect(excerpt[1]).toBe('needle')
  expect(excerpt[0]).toMatch(/^…word/)
  expect(excerpt.at(-1)).toMatch(/…$/)
})
