'use client'
// The figure of the lesson ask-the-kernel: one packet that worker receives, one fault that the reader chooses, and the reason that the kernel gives.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { type Fault, faults, type PacketKind, packets, receive } from './drop-reason.ts'
import { dropWords } from './drop-reason-words.ts'
import { FigureCaption } from './figure-caption.tsx'

export function DropReasonFigure() {
  const [packet, setPacket] = useState<PacketKind>('shop')
  const [fault, setFault] = useState<Fault>('rule')
  const words = dropWords[useLocale()]
  const { steps, reason, reply } = receive(packet, fault)

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="field-rows">
          <label>
            <b>{words.packet}</b>
            <select value={packet} onChange={(e) => setPacket(packets.find((one) => one === e.target.value) ?? 'shop')}>
              {packets.map((one) => (
                <option key={one} value={one}>
                  {words.packets[one]}
                </option>
              ))}
            </select>
          </label>
          <label>
            <b>{words.fault}</b>
            <select value={fault} onChange={(e) => setFault(faults.find((one) => one === e.target.value) ?? 'none')}>
              {faults.map((one) => (
                <option key={one} value={one}>
                  {words.faults[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <ol className="ladder">
        {steps.map(({ place, did }) => (
          <li key={place} className={`rung ${did === 'never' ? 'never' : did === 'dropped' ? 'drop' : ''}`}>
            <span>{words.places[place]}</span>
            <span>
              {did === 'dropped' && <code className="counter">{reason}</code>} {words.did[did]}
            </span>
          </li>
        ))}
      </ol>
      <p className="figure-controls" aria-live="polite">
        <b>{words.replies[reply]}</b>
      </p>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
