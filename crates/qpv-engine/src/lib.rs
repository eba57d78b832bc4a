//! Where a point or a polygon stands: membership, distance, bands
