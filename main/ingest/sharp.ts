import sharp from 'sharp';

// Every file is decoded once, so a cache of operations only costs memory; files are decoded side by
// side, so threads inside one decode only compete with each other.
sharp.cache(false);
sharp.concurrency(1);

export { sharp };
