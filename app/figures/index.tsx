'use client'
// Every figure that lessons may use, by the name they use. Each is loaded with the lesson that has it, and with no other.
import dynamic from 'next/dynamic'

export const CapturePointsFigure = dynamic(() => import('./capture-points-figure.tsx').then((m) => m.CapturePointsFigure))
export const CrossingFigure = dynamic(() => import('./crossing-figure.tsx').then((m) => m.CrossingFigure))
export const DiagnosisFigure = dynamic(() => import('./diagnosis-figure.tsx').then((m) => m.DiagnosisFigure))
export const DiceFigure = dynamic(() => import('./dice-figure.tsx').then((m) => m.DiceFigure))
export const DoorsInFigure = dynamic(() => import('./doors-in-figure.tsx').then((m) => m.DoorsInFigure))
export const EdgeFigure = dynamic(() => import('./edge-figure.tsx').then((m) => m.EdgeFigure))
export const EvidenceFigure = dynamic(() => import('./evidence-figure.tsx').then((m) => m.EvidenceFigure))
export const FrameFigure = dynamic(() => import('./frame-figure.tsx').then((m) => m.FrameFigure))
export const HookLadderFigure = dynamic(() => import('./hook-ladder-figure.tsx').then((m) => m.HookLadderFigure))
export const HooksFigure = dynamic(() => import('./hooks-figure.tsx').then((m) => m.HooksFigure))
export const NameFigure = dynamic(() => import('./name-figure.tsx').then((m) => m.NameFigure))
export const NearbyFigure = dynamic(() => import('./nearby-figure.tsx').then((m) => m.NearbyFigure))
export const NodeRouterFigure = dynamic(() => import('./node-router-figure.tsx').then((m) => m.NodeRouterFigure))
export const PlugInFigure = dynamic(() => import('./plug-in-figure.tsx').then((m) => m.PlugInFigure))
export const PolicyMatrixFigure = dynamic(() => import('./policy-matrix-figure.tsx').then((m) => m.PolicyMatrixFigure))
export const ServiceQueryFigure = dynamic(() => import('./service-query-figure.tsx').then((m) => m.ServiceQueryFigure))
export const SignatureFigure = dynamic(() => import('./signature-figure.tsx').then((m) => m.SignatureFigure))
export const SocketFigure = dynamic(() => import('./socket-figure.tsx').then((m) => m.SocketFigure))
export const VirtualIpFigure = dynamic(() => import('./virtual-ip-figure.tsx').then((m) => m.VirtualIpFigure))
export const WayOutFigure = dynamic(() => import('./way-out-figure.tsx').then((m) => m.WayOutFigure))
