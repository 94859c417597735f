'use client'
// What was done, saved to a file and loaded from one. Solved labs are the server's, lessons and answers this browser's. On the progress page.
import { type ChangeEvent, useEffect, useRef, useState } from 'react'
import type { ProgressFile, ProgressFileProblem } from '../../labs/spec/progress-file.ts'
import { mergeLessons, readLessons, recordChanged, writeLessons } from '../lesson/reading-record.ts'
import { Icon } from '../shell/sprite.tsx'
import type { Texts } from '../texts/en.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'

interface PanelProps {
  /** slugs of all lessons */
  lessons: readonly string[]
  /** how many there are */
  labs: number
  solved: number
}

interface Loaded {
  solved: number
  lessons: ProgressFile['lessons']
}

function offer(file: ProgressFile): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' }))
  link.download = `podwire-progress-${new Date(file.savedAt).toISOString().slice(0, 10)}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

function sentenceOf(problem: ProgressFileProblem, texts: Texts['progress']): string {
  if (problem.problem === 'version') return texts.problems.version(problem.version)
  if (problem.problem === 'field') return texts.problems.field(problem.field, problem.message)
  return texts.problems[problem.problem]
}

export function ProgressPanel({ lessons, labs, solved }: PanelProps) {
  const texts = useTexts().progress
  const locale = useLocale()
  const [kept, setKept] = useState<ProgressFile['lessons']>({})
  const [count, setCount] = useState(solved)
  const [said, setSaid] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const read = () => setKept(readLessons())
    read()
    addEventListener(recordChanged, read)
    return () => removeEventListener(recordChanged, read)
  }, [])
  const url = `/${locale}/progress/file`
  const begin = () => {
    setSaid(undefined)
    setProblem(undefined)
  }

  const fetchSolved = async () => {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${url} was answered with ${response.status}`)
    return ((await response.json()) as Pick<ProgressFile, 'solved'>).solved
  }
  const save = async () => {
    begin()
    try {
      offer({ format: 'podwire-progress', version: 1, savedAt: Date.now(), solved: await fetchSolved(), lessons: readLessons() })
      setSaid(texts.saved)
    } catch {
      setProblem(texts.problems.server)
    }
  }
  const load = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    event.target.value = '' // the same file can be chosen again
    if (!file) return
    begin()
    try {
      const response = await fetch(url, { method: 'POST', body: await file.text() })
      if (response.status >= 500) throw new Error(`${url} was answered with ${response.status}`)
      const answer = (await response.json()) as Loaded | ProgressFileProblem
      if ('problem' in answer) return setProblem(sentenceOf(answer, texts))
      writeLessons(mergeLessons(readLessons(), answer.lessons))
      setCount((await fetchSolved()).length)
      setSaid(texts.loaded(answer.solved, Object.keys(answer.lessons).length))
    } catch {
      setProblem(texts.problems.server)
    }
  }
  const read = lessons.filter((slug) => kept[slug]?.readAt !== undefined).length
  const answered = Object.values(kept).reduce((sum, { answers }) => sum + (answers?.filter((answer) => answer !== null).length ?? 0), 0)
  return (
    <>
      <dl className="about">
        <dt>{texts.labs}</dt>
        <dd className="num">{texts.of(count, labs)}</dd>
        <dt>{texts.lessons}</dt>
        <dd className="num">{texts.of(read, lessons.length)}</dd>
        <dt>{texts.answers}</dt>
        <dd className="num">{answered}</dd>
      </dl>
      <section aria-labelledby="progress-file">
        <h2 id="progress-file">{texts.file}</h2>
        <p>{texts.fileIntro}</p>
        <div className="go-row">
          <button type="button" className="btn" onClick={save}>
            <Icon name="file" />
            {texts.save}
          </button>
          <button type="button" className="btn" onClick={() => field.current?.click()}>
            <Icon name="up" />
            {texts.load}
          </button>
          <input ref={field} type="file" accept="application/json,.json" hidden onChange={load} aria-label={texts.load} />
        </div>
        <p role="status">{said}</p>
        {problem && (
          <div className="er" role="alert">
            <p className="st fail">
              <Icon name="fail" />
              {texts.refused}
            </p>
            <p>{problem}</p>
          </div>
        )}
      </section>
    </>
  )
}
