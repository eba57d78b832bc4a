//! The use cases of qpv, where its parts meet
