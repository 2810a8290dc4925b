import { describe, expect, it } from 'vitest';
import { adapterOf } from '../../../main/engine/adapters.ts';

const line = (vendorId: string, vendor: string, type: number, metadata = '') =>
  `2026-11-21 23:43:50 [I:onnxruntime:onnxruntime-node, device_discovery_common.cc:34 operator()] Discovered ` +
  `OrtHardwareDevice {vendor_id:${vendorId}, device_id:0x0, vendor:${vendor}, type:${type}, metadata: [${metadata}]}\n`;

const CPU = line('0x1022', 'AMD', 0);

describe('the graphics hardware', () => {
  it('is named by its description, else by its vendor', () => {
    const described = line('0x10de', 'NVIDIA', 1, 'Description=NVIDIA GeForce RTX 4060, Discrete=1');
    expect(adapterOf(CPU + described, '')).toEqual({ name: 'NVIDIA GeForce RTX 4060', software: false });
    expect(adapterOf(CPU + line('0x8086', '', 1), '')).toEqual({ name: 'Intel', software: false });
  });

  it('is an imitation where the search finds a CPU alone', () => {
    expect(adapterOf(CPU, '/usr/lib/chromium/libvk_swiftshader.so')).toEqual({
      name: 'SwiftShader',
      software: true,
    });
    expect(adapterOf(CPU, '/usr/lib/libvulkan_lvp.so')).toEqual({ name: 'llvmpipe', software: true });
    expect(adapterOf(CPU, '')).toMatchObject({ software: true });
  });

  it("is an imitation where it is Windows' Basic Render Driver", () => {
    expect(adapterOf(CPU + line('0x1414', 'Microsoft', 1), '')).toMatchObject({ software: true });
  });

  it('is real also where all installed drivers are loaded, the software one among them', () => {
    const drivers = '/usr/lib/libvulkan_radeon.so\n/usr/lib/libvulkan_lvp.so';
    expect(adapterOf(CPU + line('0x1002', 'AMD', 1), drivers)).toEqual({ name: 'AMD', software: false });
  });

  it('is not called an imitation where the search says nothing', () => {
    expect(adapterOf('', '')).toMatchObject({ software: false });
  });
});
