// Errors as a Chinese page reads them, and that every English sentence in the table is still somebody's.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { labdTexts } from '../labd/texts.ts'
import { sentencesInChinese } from './chinese.ts'
import { sayError, sayRuntimes } from './translate.ts'

const root = join(import.meta.dirname, '../..')
const sources = ['labs', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs)$/.test(file) && !/test\.ts$|gateway\/chinese\.ts$/.test(file))
    .map((file) => readFileSync(join(root, folder, file), 'utf8')),
)

describe('sayError', () => {
  it('translates a sentence with what it puts in, and its hint', () => {
    expect(
      sayError({ code: 'terminal-unknown', message: 'There is no terminal "t9" in this lab.', hint: 'Close one first.' }, 'zh-CN'),
    ).toEqual({ code: 'terminal-unknown', message: '这个实验里没有终端“t9”。', hint: '请先关闭一个。' })
  })
  it('translates a reason that stands inside another', () => {
    const reason = 'Labs on kind cannot run here: docker is installed, but does not answer: no route.'
    expect(sayRuntimes({ options: [{ name: 'kind', usable: false, reason }] }, 'zh-CN').options[0]?.reason).toBe(
      '这里不能运行 kind 实验：docker 已安装，但没有应答：no route。',
    )
  })
  it('keeps what it does not know, after what the code means', () => {
    expect(sayError({ code: 'cluster-failed', message: 'Node x fell.' }, 'zh-CN').message).toBe('集群出了问题：Node x fell.')
  })
  it('leaves English pages, and what is Chinese already, alone', () => {
    const error = { code: 'lab-state' as const, message: 'The lab is solved.' }
    expect(sayError(error, 'en')).toEqual(error)
    const idle = labdTexts('zh-CN').endedIdle(30)
    expect(sayError({ code: 'timeout', message: idle }, 'zh-CN').message).toBe(idle)
  })
})

describe('the table', () => {
  it.each(sentencesInChinese.map(([english]) => english).filter((english) => !english.startsWith('embedded: ')))('%s', (english) => {
    // a thrower may write a quote with a backslash, put the full stop elsewhere, and join a reason to a place
    const parts = english
      .replace(/\.$/, '')
      .replace(/^\{\}: /, '')
      .split('{}')
    expect(sources.some((source) => parts.every((part) => source.includes(part)))).toBe(true)
  })
  it('puts in as much in Chinese as in English', () => {
    for (const [english, chinese] of sentencesInChinese) expect(chinese.split('{}').length, english).toBe(english.split('{}').length)
  })
})
