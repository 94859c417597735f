'use client'
// The lab's clock: from the moment it broke until it is solved. Ticks once a second and is never announced.
import { useEffect, useState } from 'react'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { formatDuration } from '../shell/time-text.ts'

/** The time now, again every second while `running`. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running])
  return now
}

/** Epoch ms from which a lab's time counts. */
export const startOfTime = (snapshot: LabSnapshot): number => snapshot.brokenAt ?? snapshot.createdAt

export function Elapsed({ snapshot, ended, label }: { snapshot: LabSnapshot; ended: boolean; label: string }) {
  const now = useNow(!ended && snapshot.solvedAt === undefined)
  return (
    <span className="tm num mono" role="timer" aria-live="off" aria-label={label}>
      {formatDuration((snapshot.solvedAt ?? now) - startOfTime(snapshot))}
    </span>
  )
}
