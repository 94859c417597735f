'use client'
// Two panes and a separator that is dragged or moved with arrow keys; the share is remembered. Used by the work page (columns) and the lab pane (rows).
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'

interface SplitProps {
  /** name of the remembered share */
  id: string
  direction: 'columns' | 'rows'
  label: string
  /** share of the first pane, percent */
  initial: number
  minPx: [number, number]
  className?: string
  children: [ReactNode, ReactNode]
}

const stepPercent = 2

export function Split({ id, direction, label, initial, minPx, className = '', children }: SplitProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [share, setShare] = useState(initial)
  const key = `podwire.split.${id}`
  const horizontal = direction === 'columns'

  useEffect(() => {
    const stored = Number(readStored(key))
    if (stored > 5 && stored < 95) setShare(stored)
  }, [key])

  const move = (percent: number) => {
    const box = frame.current?.getBoundingClientRect()
    const total = (horizontal ? box?.width : box?.height) ?? 0
    if (total === 0) return
    const low = (minPx[0] / total) * 100
    const high = 100 - (minPx[1] / total) * 100
    const bounded = low > high ? 50 : Math.min(high, Math.max(low, percent))
    setShare(bounded)
    writeStored(key, bounded.toFixed(1))
  }
  const onPointerMove = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const box = frame.current?.getBoundingClientRect()
    if (!box) return
    move(horizontal ? ((event.clientX - box.left) / box.width) * 100 : ((event.clientY - box.top) / box.height) * 100)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const [less, more] = horizontal ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    if (event.key === less) move(share - stepPercent)
    else if (event.key === more) move(share + stepPercent)
    else if (event.key === 'Home') move(0)
    else if (event.key === 'End') move(100)
    else return
    event.preventDefault()
  }

  return (
    <div ref={frame} className={`split ${direction} ${className}`} style={{ '--share': `${share}%` } as React.CSSProperties}>
      {children[0]}
      {/* biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be dragged */}
      <div
        className="bar"
        role="separator"
        tabIndex={0}
        aria-orientation={horizontal ? 'vertical' : 'horizontal'}
        aria-label={label}
        aria-valuenow={Math.round(share)}
        aria-valuemin={0}
        aria-valuemax={100}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          event.preventDefault()
        }}
        onPointerMove={onPointerMove}
        onDoubleClick={() => move(initial)}
      >
        <i />
      </div>
      {children[1]}
    </div>
  )
}

function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // storage is switched off: the share starts at its default
  }
}

function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // storage is switched off: the share holds until the page is left
  }
}
