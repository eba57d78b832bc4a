//! The HTTP interface of qpv
