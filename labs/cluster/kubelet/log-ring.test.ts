import { describe, expect, it } from 'vitest'
import { createLogRing } from './log-ring.ts'

const texts = (ring: ReturnType<typeof createLogRing>) => ring.lines.map(({ text }) => text.toString())

describe('log ring', () => {
  it('joins chunks to lines and keeps streams apart', () => {
    const ring = createLogRing()
    ring.write('stdout', Buffer.from('one\ntw'))
    ring.write('stderr', Buffer.from('bad\n'))
    ring.write('stdout', Buffer.from('o\nrest'))
    expect(texts(ring)).toEqual(['one\n', 'bad\n', 'two\n'])
    ring.end()
    expect(texts(ring)).toEqual(['one\n', 'bad\n', 'two\n', 'rest'])
  })

  it('keeps at most a mebibyte, the newest', () => {
    const ring = createLogRing()
    for (let i = 0; i < 3000; i++) ring.write('stdout', Buffer.from(`${String(i).padStart(1023, '.')}\n`))
    expect(ring.lines.length).toBe(1024)
    expect(texts(ring).at(-1)).toMatch(/2999\n$/)
  })

  it('tells followers of lines and of the end', () => {
    const ring = createLogRing()
    const heard: (string | undefined)[] = []
    ring.follow((line) => heard.push(line?.text.toString()))
    ring.write('stdout', Buffer.from('a\n'))
    ring.end()
    expect(heard).toEqual(['a\n', undefined])
  })
})
