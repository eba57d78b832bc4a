//! Arrow data of other libraries, and ours for them, by the Arrow `PyCapsule` interface: pointers, never copies.

#![expect(
    unsafe_code,
    reason = "the interface hands over pointers, whose owner the C data interface of Arrow settles"
)]

use std::ffi::CStr;
use std::panic::RefUnwindSafe;
use std::ptr::NonNull;
use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::types::ArrowPrimitiveType;
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch, RecordBatchIterator, make_array};
use arrow_buffer::{ArrowNativeType, Buffer, ScalarBuffer};
use arrow_schema::{DataType, SchemaRef};
use pyo3::buffer::{Element, PyBuffer};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods};

use crate::problems::raise_bad_table;

const STREAM: &CStr = c"arrow_array_stream";
const ARRAY: &CStr = c"arrow_array";
const SCHEMA: &CStr = c"arrow_schema";

/// The pieces of a column, or of a table, whose columns are the fields of its type.
pub(crate) struct ArrowPieces {
    pub(crate) data_type: DataType,
    pub(crate) pieces: Vec<ArrayRef>,
}

/// Returns a table as a capsule that holds a stream of its batches.
pub(crate) fn stream_capsule(
    py: Python<'_>,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
) -> PyResult<Bound<'_, PyCapsule>> {
    let reader = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

/// Returns the Arrow data of an object; `None` for one that has none.
///
/// # Errors
/// Errors of the object, as of a stream that is read already.
pub(crate) fn arrow_pieces(object: &Bound<'_, PyAny>) -> PyResult<Option<ArrowPieces>> {
    if object.hasattr("__arrow_c_stream__")? {
        return pieces_of_stream(object).map(Some);
    }
    if object.hasattr("__arrow_c_array__")? {
        return piece_of_array(object).map(Some);
    }
    Ok(None)
}

fn pieces_of_stream(object: &Bound<'_, PyAny>) -> PyResult<ArrowPieces> {
    let capsule = object.call_method0("__arrow_c_stream__")?;
    let pointer = pointer_in::<FFI_ArrowArrayStream>(&capsule, STREAM)?;
    // SAFETY: a capsule of this name holds an initialised stream, which is moved out: the capsule then releases nothing.
    let mut stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    let data_type = type_of_stream(&mut stream)?;
    let reader = ArrayStreamReader::try_new(stream).map_err(raise_bad_table)?;
    // Lazy ones work as they are read, and may need the interpreter on another thread meanwhile.
    let pieces = object.py().detach(|| reader.collect::<Result<_, _>>());
    Ok(ArrowPieces {
        data_type,
        pieces: pieces.map_err(raise_bad_table)?,
    })
}

/// Returns the type of the pieces, which one without pieces has too.
fn type_of_stream(stream: &mut FFI_ArrowArrayStream) -> PyResult<DataType> {
    let get_schema = stream.get_schema();
    let get_schema = get_schema.ok_or_else(|| raise_bad_table("the stream is read already"))?;
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the function is that of this stream, which is not released.
    let fault = unsafe { get_schema(stream, &raw mut schema) };
    if fault != 0 {
        return Err(raise_bad_table(format!(
            "the stream gives no schema: error {fault}"
        )));
    }
    DataType::try_from(&schema).map_err(raise_bad_table)
}

fn piece_of_array(object: &Bound<'_, PyAny>) -> PyResult<ArrowPieces> {
    let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        object.call_method0("__arrow_c_array__")?.extract()?;
    let schema = pointer_in::<FFI_ArrowSchema>(&schema, SCHEMA)?;
    let array = pointer_in::<FFI_ArrowArray>(&array, ARRAY)?;
    // SAFETY: capsules of these names hold an initialised schema, which is read while the capsule lives, and an array,
    // which is moved out.
    let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
    let array = make_array(data.map_err(raise_bad_table)?);
    Ok(ArrowPieces {
        data_type: array.data_type().clone(),
        pieces: vec![array],
    })
}

fn pointer_in<T>(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<NonNull<T>> {
    let capsule = capsule.cast::<PyCapsule>()?;
    Ok(capsule.pointer_checked(Some(name))?.cast())
}

/// Returns the numbers of an object that shares its memory, such as an array of `NumPy`; `None` where it shares none, or
/// values of another type.
///
/// # Errors
/// Errors of a copy, which is made of values that do not lie one behind the other.
pub(crate) fn shared_numbers<A>(object: &Bound<'_, PyAny>) -> PyResult<Option<ArrayRef>>
where
    A: ArrowPrimitiveType,
    A::Native: Element + ArrowNativeType + RefUnwindSafe,
{
    let Ok(buffer) = PyBuffer::<A::Native>::get(object) else {
        return Ok(None);
    };
    // A matrix is no column, and values of the other byte order are other values: PyO3 takes them for those of this machine.
    let is_foreign = matches!(buffer.format().to_bytes(), [b'>' | b'!', ..]);
    if buffer.dimensions() != 1 || is_foreign {
        return Ok(None);
    }
    let rows = buffer.item_count();
    let Some(values) = buffer.as_slice_ptr().filter(|_| rows > 0) else {
        let values = ScalarBuffer::from(buffer.to_vec(object.py())?);
        return Ok(Some(Arc::new(PrimitiveArray::<A>::new(values, None))));
    };
    let bytes = rows * size_of::<A::Native>();
    // SAFETY: the memory lies at this address, of this length, until the buffer that is kept with it is dropped. Whoever
    // writes into it meanwhile, which Python allows, is answered by old or new numbers.
    let memory = unsafe { Buffer::from_custom_allocation(values.cast(), bytes, Arc::new(buffer)) };
    let values = ScalarBuffer::new(memory, 0, rows);
    Ok(Some(Arc::new(PrimitiveArray::<A>::new(values, None))))
}
