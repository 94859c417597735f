'use client'
// Tells screen readers what changed: flips of checks politely, gathered for two seconds; a guard that breaks at once.
import { useEffect, useRef, useState } from 'react'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { useTexts } from '../texts/locale-context.tsx'

const batchMs = 2000

export function Announcer({ snapshot }: { snapshot: LabSnapshot | undefined }) {
  const texts = useTexts()
  const before = useRef<LabSnapshot>(undefined)
  const batch = useRef(new Map<string, string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [polite, setPolite] = useState('')
  const [urgent, setUrgent] = useState('')

  useEffect(() => {
    const last = before.current
    before.current = snapshot
    if (!last || !snapshot || last.labId !== snapshot.labId) return
    for (const task of snapshot.tasks) {
      const old = last.tasks.find((other) => other.id === task.id)
      if (old && old.state !== task.state) batch.current.set(task.id, texts.lab.flipped(task.title, texts.lab.states[task.state]))
    }
    const broken = snapshot.guards.filter(
      (guard) => guard.state === 'broken' && last.guards.find((other) => other.id === guard.id)?.state === 'holds',
    )
    if (broken.length > 0) setUrgent(broken.map((guard) => texts.lab.guardBreaks(guard.title)).join(' '))
    if (batch.current.size > 0 && timer.current === undefined) {
      timer.current = setTimeout(() => {
        timer.current = undefined
        setPolite([...batch.current.values()].join(' '))
        batch.current.clear()
      }, batchMs)
    }
  }, [snapshot, texts])
  useEffect(() => () => clearTimeout(timer.current), [])

  return (
    <>
      <p className="vh" aria-live="polite">
        {polite}
      </p>
      <p className="vh" aria-live="assertive">
        {urgent}
      </p>
    </>
  )
}
