//! A geocoder of French addresses.
